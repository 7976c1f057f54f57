/**
 * Playwright's own HTML report of as many results, for the report's bench alone: made by its `merge-reports` from a blob
 * that is written here (running ten thousand tests takes it ten minutes). The same messages, a twentieth of them failed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { PROJECT_ROOT } from '../commands/run';
import type { Finding } from '../suites/evidence';

const VERSION = '1.65.1';
const FOLDER = join(PROJECT_ROOT, '.cache', 'bench-playwright');
const TIMEOUT_MS = 300_000;
const STARTED_MS = Date.UTC(2026, 10, 23);

export type PlaywrightReport = { readonly path: string } | { readonly missingBecause: string };

/** Never throws: without a registry the bench says what is missing. */
export function playwrightReport(findings: readonly Finding[]): PlaywrightReport {
  const missingBecause = install();
  if (missingBecause !== null) return { missingBecause };
  const blobs = join(FOLDER, 'blobs');
  const out = join(FOLDER, 'html');
  for (const folder of [blobs, out]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(blobs, { recursive: true });
  writeFileSync(join(blobs, 'report.zip'), storedZip('report.jsonl', Buffer.from(eventsOf(findings))));
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(FOLDER, 'node_modules/@playwright/test/cli.js'), 'merge-reports', '--reporter', 'html', blobs],
    {
      cwd: FOLDER,
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
      env: { ...process.env, PLAYWRIGHT_HTML_OUTPUT_DIR: out, PLAYWRIGHT_HTML_OPEN: 'never' },
    },
  );
  const path = join(out, 'index.html');
  return existsSync(path)
    ? { path }
    : { missingBecause: `merge-reports ended with ${status}: ${stderr.trim()}` };
}

function install(): string | null {
  const manifest = join(FOLDER, 'node_modules/@playwright/test/package.json');
  if (existsSync(manifest) && readFileSync(manifest, 'utf8').includes(`"version": "${VERSION}"`)) return null;
  mkdirSync(FOLDER, { recursive: true });
  const { status, stderr, error } = spawnSync(
    'npm',
    [
      'install',
      '--prefix',
      FOLDER,
      '--no-save',
      '--no-package-lock',
      '--ignore-scripts',
      '--fetch-retries=0',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      `@playwright/test@${VERSION}`,
    ],
    { encoding: 'utf8', timeout: TIMEOUT_MS, cwd: FOLDER },
  );
  if (status === 0) return null;
  return `@playwright/test ${VERSION} could not be installed (${error?.message ?? (stderr.trim().split('\n')[0] || `npm ended with ${status}`)})`;
}

/** The events of a run as its blob reporter writes them (SEEN: version 2 of the blob, Playwright 1.65.1). */
function eventsOf(findings: readonly Finding[]): string {
  const tests = findings.map((finding, index) => ({
    finding,
    testId: createHash('sha1').update(`test ${index}`).digest('hex'),
    resultId: createHash('sha1').update(`result ${index}`).digest('hex').slice(0, 32),
    location: { file: `${finding.check}.spec.js`, line: 2, column: 1 },
  }));
  const files = [...new Set(tests.map(({ location }) => location.file))];
  const suites = files.map((file) => ({
    title: file,
    location: { file, line: 0, column: 0 },
    entries: tests
      .filter(({ location }) => location.file === file)
      .map(({ finding, testId, location }) => ({
        testId,
        title: finding.subject,
        location,
        retries: 0,
        tags: [],
        repeatEachIndex: 0,
        annotations: [],
      })),
  }));
  const events: readonly object[] = [
    {
      method: 'onBlobReportMetadata',
      params: { version: 2, userAgent: `Playwright/${VERSION}`, pathSeparator: '/' },
    },
    {
      method: 'onConfigure',
      params: {
        config: {
          globalTimeout: 0,
          maxFailures: 0,
          metadata: { actualWorkers: 1 },
          rootDir: FOLDER,
          shard: null,
          version: VERSION,
          workers: 1,
          globalSetup: null,
          globalTeardown: null,
          tags: [],
          webServer: null,
          failOnFlakyTests: false,
        },
      },
    },
    {
      method: 'onProject',
      params: {
        project: {
          metadata: {},
          name: '',
          outputDir: 'test-results',
          repeatEach: 1,
          retries: 0,
          testDir: '',
          testIgnore: [],
          testMatch: [],
          timeout: 30_000,
          suites,
          grep: [],
          grepInvert: [],
          dependencies: [],
          snapshotDir: '',
          use: {},
        },
      },
    },
    { method: 'onBegin' },
    ...tests.flatMap((test, index) => testEvents(test, index)),
    {
      method: 'onEnd',
      params: { result: { status: 'failed', startTime: STARTED_MS, duration: findings.length } },
    },
  ];
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

function testEvents(
  {
    finding,
    testId,
    resultId,
    location,
  }: {
    readonly finding: Finding;
    readonly testId: string;
    readonly resultId: string;
    readonly location: object;
  },
  index: number,
): readonly object[] {
  const failed = finding.outcome === 'fail';
  const result = { id: resultId, retry: 0, workerIndex: 0, parallelIndex: 0, startTime: STARTED_MS + index };
  const errors = failed ? [{ message: finding.because, stack: finding.because, location }] : [];
  return [
    { method: 'onTestBegin', params: { testId, result } },
    {
      method: 'onTestEnd',
      params: {
        test: { testId, expectedStatus: 'passed', timeout: 30_000, annotations: [] },
        result: { id: resultId, duration: 1, status: failed ? 'failed' : 'passed', errors },
      },
    },
  ];
}

/** A zip archive of one file that is not compressed (PKWARE APPNOTE 4.3: local header, central directory, its end). */
function storedZip(name: string, content: Buffer): Buffer {
  const file = Buffer.from(name);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(content.length, 14);
  common.writeUInt32LE(content.length, 18);
  common.writeUInt16LE(file.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, file, content]);
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02', 'latin1'),
    Buffer.from([20, 0]),
    common,
    Buffer.alloc(14),
    file,
  ]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from('PK\x05\x06', 'latin1'), end]);
}
