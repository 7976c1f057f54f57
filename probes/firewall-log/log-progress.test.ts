import { logProgress, type LogState } from './log-progress';

const state = (overrides: Partial<LogState> = {}): LogState => ({
  expected: 44,
  arrived: 31,
  sentinels: 2,
  sentinelsArrived: 1,
  missing: [],
  waitedMs: 130_000,
  timeoutMs: 1_200_000,
  ...overrides,
});

test('a line says what is waited for, how long, and what is usual', () => {
  const lines: string[] = [];
  const delivery = 'AWS delivers in 3 to 6 minutes on average';
  const progressOf = logProgress({ delivery, onProgress: (text) => lines.push(text) });
  progressOf('alerts')(state());
  progressOf('flows')(
    state({ expected: 1, arrived: 0, sentinels: 1, sentinelsArrived: 0, waitedMs: 131_000 }),
  );
  expect(lines).toEqual([
    "waiting for the firewall's log: 31 of 44 alerts, sentinel 1 of 2, 02:10 of at most 20:00; AWS delivers in 3 to 6 minutes on average",
    "waiting for the firewall's log: 31 of 44 alerts, sentinel 1 of 2; 0 of 1 flows, sentinel 0 of 1, 02:11 of at most 20:00; AWS delivers in 3 to 6 minutes on average",
  ]);
});

test('what is missing is named, a few of many', () => {
  const lines: string[] = [];
  const progressOf = logProgress({ delivery: null, onProgress: (text) => lines.push(text) });
  progressOf('alerts')(state({ missing: ['a', 'b', 'c'] }));
  progressOf('alerts')(state({ missing: ['a', 'b', 'c', 'd', 'e'] }));
  expect(lines.map((line) => line.split('; ').at(-1))).toEqual([
    'missing: a, b, c',
    'missing: a, b, c and 2 more',
  ]);
});
