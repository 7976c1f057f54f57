/**
 * report.pdf: the HTML report as an installed Chromium prints it, tagged and with an outline. What is violated or open is
 * printed in full; of what holds, the statement and the number of subjects: the whole evidence would be hundreds of pages
 * (facts/reports.md 6: 501 for a thousand findings, 59 with the failures alone).
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Evidence } from '../suites/evidence';
import {
  BrowserError,
  CHROMIUM_PROGRAMS,
  CHROMIUM_VARIABLE,
  chromiumArguments,
  installedChromium,
  runBrowser,
} from './browser';
import { renderHtml, type HtmlOptions } from './html';

export interface PdfOptions extends HtmlOptions {
  /** The browser; by default the one that is installed. */
  readonly program?: string;
  /** Where a working folder is made and removed again; by default the system's. */
  readonly workFolder?: string;
}

/** Ten thousand findings, a twentieth of them violated, take about half a minute on two processors. */
const PRINT_TIMEOUT_MS = 180_000;

/**
 * Its times are the run's own, so that the same evidence and the same browser give the same bytes. Throws BrowserError
 * where no browser is installed, or it fails.
 */
export async function renderPdf(
  evidence: Evidence,
  { program = programOrThrow(), workFolder = tmpdir(), ...htmlOptions }: PdfOptions = {},
): Promise<Uint8Array> {
  const folder = await mkdtemp(join(workFolder, 'studio-egress-pdf-'));
  try {
    const page = join(folder, 'report.html');
    const file = join(folder, 'report.pdf');
    await writeFile(page, renderHtml(evidence, htmlOptions));
    const argv = [
      ...chromiumArguments(join(folder, 'profile')),
      '--no-pdf-header-footer',
      '--generate-pdf-document-outline',
      `--print-to-pdf=${file}`,
      pathToFileURL(page).href,
    ];
    await runBrowser({ program, argv, homeFolder: folder, timeoutMs: PRINT_TIMEOUT_MS });
    const bytes = await readFile(file).catch((error: Error) => {
      throw new BrowserError(`${program} printed nothing`, { cause: error });
    });
    if (bytes.subarray(0, 5).toString('latin1') !== '%PDF-') {
      throw new BrowserError(`what ${program} printed is not a PDF`);
    }
    return withTime(bytes, evidence.run.finishedAt);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function programOrThrow(): string {
  const program = installedChromium(process.env);
  if (program !== null) return program;
  throw new BrowserError(
    `a PDF is printed by Chromium or Google Chrome, and none of ${CHROMIUM_PROGRAMS.join(', ')} is on the PATH: ` +
      `install one, name it in ${CHROMIUM_VARIABLE}, or print report.html from any browser`,
  );
}

/** The browser writes when it printed; replaced by text of the same length, so that the offsets in the file stay true. */
export function withTime(pdf: Uint8Array, finishedAt: string): Uint8Array {
  const digits = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/.exec(finishedAt)?.slice(1).join('');
  if (digits === undefined) return pdf;
  const text = Buffer.from(pdf).toString('latin1');
  const dated = text.replace(
    /(\/(?:CreationDate|ModDate) \(D:)\d{14}([+-])\d\d'\d\d'\)/g,
    (_, before: string) => `${before}${digits}+00'00')`,
  );
  return Buffer.from(dated, 'latin1');
}
