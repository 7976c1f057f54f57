/** The report formats by name. To add one: one file with a pure function, one line here; the compiler asks for both. */
import type { Evidence } from '../suites/evidence';
import { renderHtml } from './html';
import { networkSection } from './html-network';
import { renderAsff } from './asff';
import { renderCtrf } from './ctrf';
import { renderHdf } from './hdf';
import { renderJunit } from './junit';
import { renderMarkdown } from './markdown';
import { renderOcsf } from './ocsf';
import { renderOscal } from './oscal';
import { renderPdf } from './pdf';
import { renderSarif } from './sarif';

/** What a format renders: text, or bytes where the format is binary; some need to wait (a browser that prints). */
export type Rendered = string | Uint8Array;

export interface ReportFormat {
  readonly fileName: string;
  /** Made by an installed Chromium, so that it fails where there is none. */
  readonly needsBrowser?: true;
  /** Pure: the same evidence gives the same bytes. */
  readonly render: (evidence: Evidence) => Rendered | Promise<Rendered>;
}

export const formatNames = [
  'html',
  'junit',
  'sarif',
  'ctrf',
  'oscal',
  'ocsf',
  'asff',
  'hdf',
  'markdown',
  'pdf',
] as const;

/** Written where nobody asked for others. */
export const defaultFormats: readonly Format[] = ['html', 'junit'];

export type Format = (typeof formatNames)[number];

export const formats: { readonly [format in Format]: ReportFormat } = {
  html: {
    fileName: 'report.html',
    render: async (evidence) => renderHtml(evidence, { network: await networkSection(evidence) }),
  },
  junit: { fileName: 'junit.xml', render: renderJunit },
  sarif: { fileName: 'report.sarif', render: renderSarif },
  ctrf: { fileName: 'ctrf.json', render: renderCtrf },
  oscal: { fileName: 'oscal.json', render: renderOscal },
  ocsf: { fileName: 'ocsf.jsonl', render: renderOcsf },
  asff: { fileName: 'asff.json', render: renderAsff },
  hdf: { fileName: 'hdf.json', render: renderHdf },
  markdown: { fileName: 'markdown.md', render: renderMarkdown },
  pdf: {
    fileName: 'report.pdf',
    needsBrowser: true,
    render: async (evidence) => renderPdf(evidence, { network: await networkSection(evidence) }),
  },
};
