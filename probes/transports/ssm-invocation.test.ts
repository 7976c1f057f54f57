import type { GetCommandInvocationResult } from '@aws-sdk/client-ssm';
import { commandOutput } from './ssm-invocation';
import { TransportError } from './transport';

const invocation = (more: Partial<GetCommandInvocationResult>): GetCommandInvocationResult => ({
  Status: 'Success',
  StatusDetails: 'Success',
  ResponseCode: 0,
  StandardOutputContent: 'out\n',
  StandardErrorContent: '',
  ...more,
});
const SENT_MS = Date.parse('2026-01-01T00:00:00.000Z');
const WINDOW = { sentMs: SENT_MS, returnedMs: SENT_MS + 8000 };

test.each([
  ['Success', 0, 0],
  ['Failed', 7, 7],
  ['ExecutionTimedOut', 137, null],
] as const)('%s is an answer', (StatusDetails, ResponseCode, exitCode) => {
  expect(commandOutput(invocation({ StatusDetails, ResponseCode }), WINDOW)).toMatchObject({ exitCode });
});

test.each([
  ['DeliveryTimedOut', 'TimedOut', 'did not take it in time'],
  ['Undeliverable', 'Failed', 'could not hand it to the host'],
  ['Terminated', 'Failed', 'before its turn'],
  ['InvalidPlatform', 'Failed', 'platform'],
  ['AccessDenied', 'Failed', 'instance profile'],
  ['Cancelled', 'Cancelled', 'somebody cancelled it'],
  ['Something new', 'Failed', 'Something new'],
] as const)('%s is none, and says why', (StatusDetails, Status, words) => {
  const read = () => commandOutput(invocation({ Status, StatusDetails, ResponseCode: -1 }), WINDOW);
  expect(read).toThrow(TransportError);
  expect(read).toThrow(words);
});

test.each([
  ['Success', undefined],
  ['Failed', -1],
  // SSM's own word for a script of which nothing is known: it is not the script's own bound that ended it.
  ['ExecutionTimedOut', -1],
  ['ExecutionTimedOut', undefined],
] as const)('%s with the exit code %s says nothing of the script', (StatusDetails, ResponseCode) => {
  const read = () => commandOutput(invocation({ StatusDetails, ResponseCode }), WINDOW);
  expect(read).toThrow(TransportError);
  expect(read).toThrow('does not tell');
});

const at = (ms: number): string => new Date(SENT_MS + ms).toISOString();

test.each([
  ['within the window', 1000, 7000, [1000, 7000]],
  ['a little off', -4000, 12_000, [-4000, 12_000]],
  ['minutes behind', -300_000, -294_000, [0, 8000]],
  ['minutes ahead', 300_000, 306_000, [0, 8000]],
  ['set while the script ran', 3000, 1000, [0, 8000]],
])(
  'a host whose clock is %s: the times are those that SSM itself could have seen',
  (_case, startMs, endMs, [from = 0, to = 0]) => {
    const times = { ExecutionStartDateTime: at(startMs), ExecutionEndDateTime: at(endMs) };
    expect(commandOutput(invocation(times), WINDOW)).toMatchObject({
      startedAt: at(from),
      finishedAt: at(to),
    });
  },
);

test.each(['', 'yesterday'])('a time %j is none', (ExecutionStartDateTime) => {
  const times = { ExecutionStartDateTime, ExecutionEndDateTime: at(1000) };
  expect(commandOutput(invocation(times), WINDOW)).toMatchObject({ startedAt: at(0), finishedAt: at(8000) });
});

test.each([
  ['of 24,000 characters', 'x'.repeat(24_000)],
  ['with the mark of a cut', `x\n---Output truncated---`],
])('an output %s may lack its end, so it is none', (_case, StandardOutputContent) => {
  expect(() => commandOutput(invocation({ StandardOutputContent }), WINDOW)).toThrow('24,000');
});

test('one that is shorter is whole', () => {
  const StandardOutputContent = 'x'.repeat(23_999);
  expect(commandOutput(invocation({ StandardOutputContent }), WINDOW).stdout).toHaveLength(23_999);
});
