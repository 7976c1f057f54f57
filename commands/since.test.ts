import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evidenceFixture } from '../reports/evidence.fixture';
import type { Evidence, Finding } from '../suites/evidence';
import { appendHistory } from './history-file';
import { sinceEarlier } from './since';

let dir: string;
let history: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'since-'));
  history = join(dir, 'history.jsonl');
});
afterEach(() => rmSync(dir, { recursive: true }));

const finding = (subject: string, outcome: Finding['outcome']): Finding => ({
  check: 'routing/one',
  severity: 'high',
  outcome,
  waiver: null,
  subject,
  because: 'b',
  controls: [],
  proof: null,
  observations: [],
});

function evidence(id: string, findings: readonly Finding[], vpcId = 'vpc-1'): Evidence {
  const base = evidenceFixture();
  const run = { ...base.run, id, endedEarly: null, target: { ...base.run.target, vpcId } };
  return { ...base, run, plan: ['routing/one'], findings };
}

const append = async (of: Evidence) =>
  appendHistory({ path: history, evidence: of, evidenceSha256: 'e', manifestSha256: 'm' });

test('the earlier runs of the same target, and what stands otherwise than after the last of them', async () => {
  await append(evidence('1', [finding('a', 'fail'), finding('b', 'pass'), finding('c', 'pass')]));
  await append(evidence('other', [finding('a', 'unknown')], 'vpc-2'));
  await append(evidence('2', [finding('a', 'pass'), finding('b', 'pass'), finding('c', 'pass')]));
  const now = evidence('3', [finding('a', 'pass'), finding('b', 'unknown'), finding('d', 'pass')]);
  const since = sinceEarlier({ history, run: now.run, findings: now.findings });
  expect(since?.runs.map(({ id, verdict }) => [id, verdict])).toEqual([
    ['1', 'violated'],
    ['2', 'verified'],
  ]);
  expect(since?.changed.map(({ subject, before, now: is }) => [subject, before, is])).toEqual([
    ['b', 'pass', 'unknown'],
    ['d', null, 'pass'],
    ['c', 'pass', null],
  ]);
  expect(since?.unchanged).toBe(1);
});

test('without a history, without an earlier run, or with a file that is none, there is nothing to compare with', async () => {
  const now = evidence('1', [finding('a', 'pass')]);
  const of = (path: string | null) => sinceEarlier({ history: path, run: now.run, findings: now.findings });
  expect(of(null)).toBeNull();
  expect(of(history)).toBeNull();
  writeFileSync(history, 'not a history\n');
  expect(of(history)).toBeNull();
  rmSync(history);
  await append(evidence('0', [], 'vpc-2'));
  expect(of(history)).toBeNull();
});
