/**
 * The HTML report of ten thousand findings: how long it takes to make, how large it is, and how long a browser takes to
 * open it, beside Playwright's own HTML report of as many results, in the same browser, in turns.
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { PROJECT_ROOT } from '../commands/run';
import { startBrowser } from '../reports/browser.fixture';
import { evidenceFixture } from '../reports/evidence.fixture';
import { renderHtml } from '../reports/html';
import { machine, median, milliseconds, table, timed } from './figures';
import { largeEvidence } from './large-evidence';
import { playwrightReport } from './playwright-report';

const FINDINGS = 10_000;
const RENDERS = 5;
const OPENINGS = 7;
const MOST_RENDER_MS = 1000;
const MOST_OPEN_RATIO = 1.5;

interface Opened {
  /** Until something is seen (first contentful paint). */
  readonly paintMs: number;
  /** Until the load event; Playwright's page has nothing in it yet at that time. */
  readonly loadMs: number;
  /** Until the page's text could be asked for, which needs its layout: the reports are compared by this. */
  readonly textMs: number;
  readonly elements: number;
}

async function open(browser: Browser, file: string): Promise<Opened> {
  const context = await browser.newContext({ offline: true });
  try {
    const page = await context.newPage();
    const startedMs = performance.now();
    await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
    const loadMs = performance.now() - startedMs;
    await page.waitForFunction('document.body.innerText.trim().length > 80');
    const textMs = performance.now() - startedMs;
    const elements = await page.evaluate<number>('document.querySelectorAll("*").length');
    const paintMs = await page.evaluate<number>(
      'performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN',
    );
    return { paintMs, loadMs, textMs, elements };
  } finally {
    await context.close();
  }
}

async function openings(files: readonly string[]): Promise<readonly (readonly Opened[])[]> {
  const browser = await startBrowser();
  try {
    const seen: Opened[][] = files.map(() => []);
    for (let turn = 0; turn <= OPENINGS; turn += 1) {
      for (const [index, file] of files.entries()) {
        const opened = await open(browser, file);
        // The first of each pays for the browser's own start.
        if (turn > 0) seen[index]?.push(opened);
      }
    }
    return seen;
  } finally {
    await browser.close();
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;

function row(name: string, file: string, opened: readonly Opened[]): readonly string[] {
  const of = (key: keyof Opened): number => median(opened.map((one) => one[key]));
  return [
    name,
    megabytes(statSync(file).size),
    megabytes(gzipSync(readFileSync(file)).length),
    String(of('elements')),
    milliseconds(of('paintMs')),
    milliseconds(of('loadMs')),
    milliseconds(of('textMs')),
  ];
}

async function main(): Promise<number> {
  process.stdout.write(machine());
  const evidence = largeEvidence(evidenceFixture(), FINDINGS);
  const renders = Array.from({ length: RENDERS }, () => timed(() => renderHtml(evidence)));
  const renderMs = median(renders.map(({ ms }) => ms));
  const folder = join(PROJECT_ROOT, '.cache', 'bench');
  mkdirSync(folder, { recursive: true });
  const ours = join(folder, 'report.html');
  writeFileSync(ours, renders[0]?.result ?? '');
  process.stdout.write(
    `${FINDINGS} findings, a twentieth violated, a quarter with a path of four hops: made in ${milliseconds(renderMs)} (median of ${RENDERS}; bound ${MOST_RENDER_MS} ms)\n\n`,
  );
  const theirs = playwrightReport(evidence.findings);
  if ('missingBecause' in theirs) {
    process.stdout.write(`Not compared with Playwright's report: ${theirs.missingBecause}\n`);
    return 1;
  }
  const [own = [], others = []] = await openings([ours, theirs.path]);
  process.stdout.write(
    table(
      ['opened in headless Chromium', 'size', 'gzip', 'elements', 'first paint', 'load', 'text'],
      [
        row('studio-egress report.html', ours, own),
        row('Playwright 1.65.1 HTML report', theirs.path, others),
      ],
    ),
  );
  const ratio = median(own.map(({ textMs }) => textMs)) / median(others.map(({ textMs }) => textMs));
  process.stdout.write(
    `\nopening takes ${ratio.toFixed(2)} times as long as Playwright's (bound ${MOST_OPEN_RATIO})\n`,
  );
  return renderMs < MOST_RENDER_MS && ratio <= MOST_OPEN_RATIO ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
