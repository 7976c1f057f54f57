import { createHash, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifiedEvidence } from '../reports/evidence.fixture';
import type { Evidence } from '../suites/evidence';
import { appendHistory } from './history-file';
import { historyRebuild } from './history';
import { signManifest, writeManifest } from './manifest-file';
import { hashesOf } from './seal';
import type { Signer } from './signer';
import { bundleAnswerText, verifyBundle } from './verify-bundle';

const pair = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signer = (privateKey: KeyObject, digest: 'sha256' | null = null): Signer => ({
  publicKey: createPublicKey(privateKey),
  algorithm: digest === null ? 'ED25519' : 'ECDSA_SHA_256',
  sign: async (bytes) => sign(digest, bytes, privateKey),
});

const root = mkdtempSync(join(tmpdir(), 'verify-bundle-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const key = join(root, 'key.pub.pem');
const sealed = join(root, 'nights', 'sealed');
const SNAPSHOT = '{"sections":{}}\n';

async function write(dir: string, evidence: Evidence): Promise<void> {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'snapshot.json'), SNAPSHOT);
  writeFileSync(join(dir, 'report.html'), '<html></html>');
  writeFileSync(join(dir, 'evidence.json'), JSON.stringify(evidence));
  writeManifest(dir);
  await signManifest(dir, evidence, signer(pair.privateKey));
}

function evidence(id = 'run-1'): Evidence {
  const document = verifiedEvidence();
  const snapshotSha256 = createHash('sha256').update(SNAPSHOT).digest('hex');
  return { ...document, run: { ...document.run, id, snapshotSha256 } };
}

beforeAll(async () => {
  writeFileSync(key, pair.publicKey.export({ type: 'spki', format: 'pem' }));
  await write(sealed, evidence());
});

let copies = 0;
function copy(): string {
  // Apart, so that no history lies beside it.
  const dir = join(root, `copy-${copies++}`, 'run');
  cpSync(sealed, dir, { recursive: true });
  return dir;
}

const check = (dir: string, withKey: string | null = key) =>
  verifyBundle({ dir, key: withKey, history: null });
const edit = (dir: string, name: string, change: (text: string) => string): void => {
  const path = join(dir, name);
  writeFileSync(path, change(readFileSync(path, 'utf8')));
};

test('a folder as it was written is intact; without the key, or without a signature, that cannot be told', () => {
  const dir = copy();
  expect(check(dir)).toMatchObject({
    verdict: 'intact',
    exitCode: 0,
    faults: [],
    signature: { status: 'valid' },
  });
  expect(check(dir, null)).toMatchObject({ exitCode: 2, signature: { status: 'not-checked' } });
  unlinkSync(join(dir, 'manifest.dsse.json'));
  expect(check(dir, null)).toMatchObject({ exitCode: 2, signature: { status: 'none' } });
  expect(check(dir)).toMatchObject({ exitCode: 1, faults: [{ file: 'manifest.dsse.json' }] });
});

const counted = (text: string): string => text.replace(/"pass":\d+/, '"pass":99');

test.each<[string, string, (dir: string) => void]>([
  [
    'a changed byte',
    'report.html',
    (dir) => edit(dir, 'report.html', (text) => text.replace('html', 'hxml')),
  ],
  ['a byte more', 'report.html', (dir) => edit(dir, 'report.html', (text) => `${text} `)],
  ['a missing file', 'report.html', (dir) => unlinkSync(join(dir, 'report.html'))],
  ['an extra file', 'extra.txt', (dir) => writeFileSync(join(dir, 'extra.txt'), 'x')],
  ['a hidden file', '.extra', (dir) => writeFileSync(join(dir, '.extra'), 'x')],
  ['a folder', 'folder', (dir) => mkdirSync(join(dir, 'folder'))],
  ['a missing manifest', 'manifest.json', (dir) => unlinkSync(join(dir, 'manifest.json'))],
  ['missing evidence', 'evidence.json', (dir) => unlinkSync(join(dir, 'evidence.json'))],
  ['a manifest that is none', 'manifest.json', (dir) => writeFileSync(join(dir, 'manifest.json'), '{}')],
  ['a manifest in other words', 'manifest.json', (dir) => edit(dir, 'manifest.json', (text) => `${text}\n`)],
  [
    'a manifest that leads out of the folder',
    'manifest.json',
    (dir) => edit(dir, 'manifest.json', (text) => text.replace('report.html', '../report.html')),
  ],
  [
    'a link to the very same bytes',
    'report.html',
    (dir) => {
      unlinkSync(join(dir, 'report.html'));
      symlinkSync(join(sealed, 'report.html'), join(dir, 'report.html'));
    },
  ],
  [
    'a file and the manifest changed together',
    'report.html',
    (dir) => {
      const signature = readFileSync(join(dir, 'manifest.dsse.json'));
      edit(dir, 'report.html', () => 'all is well');
      writeManifest(dir);
      writeFileSync(join(dir, 'manifest.dsse.json'), signature);
    },
  ],
  [
    'a signature that is none',
    'manifest.dsse.json',
    (dir) => writeFileSync(join(dir, 'manifest.dsse.json'), '{}'),
  ],
])('%s is refused, naming %s', (_what, file, tamper) => {
  const dir = copy();
  tamper(dir);
  const answer = check(dir);
  expect(answer.exitCode).toBe(1);
  expect(answer.faults.map((fault) => fault.file)).toContain(file);
  expect(bundleAnswerText(dir, answer)).toContain(`TAMPERED ${file}: `);
  // Without a key the same is seen, but for what only the signature shows.
  expect(check(dir, null).exitCode).not.toBe(0);
});

test.each<[string, (document: Evidence) => Evidence, string]>([
  [
    'counts that its findings do not make',
    (document) => JSON.parse(counted(JSON.stringify(document))),
    'summary.pass',
  ],
  [
    'a plan with a check that has no finding',
    (document) => ({ ...document, plan: [...document.plan, 'a/b'] }),
    'a/b',
  ],
  [
    'a finding that nobody planned',
    (document) => ({ ...document, plan: document.plan.slice(1) }),
    'not in the plan',
  ],
  [
    'another snapshot',
    (document) => ({ ...document, run: { ...document.run, snapshotSha256: '0'.repeat(64) } }),
    'was judged from 0000',
  ],
  [
    'an unknown that is waived',
    (document) => ({
      ...document,
      findings: document.findings.map((finding) => ({
        ...finding,
        outcome: 'unknown' as const,
        waiver: { reason: 'r', owner: 'o', expires: '2031-01-01' },
      })),
    }),
    'only a failure can be',
  ],
])('signed evidence with %s is refused all the same', async (_what, change, because) => {
  const dir = copy();
  await write(dir, change(evidence()));
  const answer = check(dir);
  expect(answer.exitCode).toBe(1);
  expect(answer.faults.map((fault) => fault.because).join('\n')).toContain(because);
});

test('a folder that somebody else wrote and signed anew is refused', async () => {
  const dir = copy();
  edit(dir, 'report.html', () => 'all is well');
  writeManifest(dir);
  await signManifest(dir, evidence(), signer(other.privateKey, 'sha256'));
  expect(check(dir)).toMatchObject({ exitCode: 1, signature: { status: 'invalid' } });
});

test('a signature that calls a failed run passed is refused', async () => {
  const dir = copy();
  const lied = evidence();
  const failed = { ...lied, findings: lied.findings.map((one) => ({ ...one, outcome: 'fail' as const })) };
  writeFileSync(join(dir, 'evidence.json'), JSON.stringify(failed));
  writeManifest(dir);
  await signManifest(dir, lied, signer(pair.privateKey));
  const because = check(dir).faults.map((fault) => `${fault.file} ${fault.because}`);
  expect(because.join('\n')).toContain(
    'manifest.dsse.json It says "PASSED" of a run whose evidence makes FAILED',
  );
});

test('a broken history is refused with the line, and can be made again from the folders', async () => {
  const nights = join(root, 'nights');
  const second = join(nights, 'second');
  await write(second, evidence('run-2'));
  const path = join(nights, 'history.jsonl');
  for (const [dir, id] of [
    [sealed, 'run-1'],
    [second, 'run-2'],
  ] as const)
    await appendHistory({ path, evidence: evidence(id), ...hashesOf(dir) });
  expect(check(second)).toMatchObject({ exitCode: 0, history: path });
  const before = readFileSync(path, 'utf8');
  writeFileSync(path, before.replace('"verdict":"verified"', '"verdict":"violated"'));
  expect(check(second)).toMatchObject({
    exitCode: 1,
    faults: [{ file: 'history.jsonl', because: expect.stringContaining('Line 2: the chain is broken') }],
  });
  await expect(appendHistory({ path, evidence: evidence('run-3'), ...hashesOf(second) })).rejects.toThrow(
    'was not continued',
  );
  const said = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    expect(historyRebuild({ dirs: [nights], out: path, replace: true })).toBe(0);
  } finally {
    said.mockRestore();
  }
  expect(readFileSync(path, 'utf8')).toBe(before);
});

test('what is no folder, and a private key, are wrong usage', () => {
  expect(() => check(join(root, 'nothing'))).toThrow('there is no such folder');
  const secret = join(root, 'secret.pem');
  const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(secret, pem);
  expect(() => check(sealed, secret)).toThrow('this is a private key; give its public half');
});
