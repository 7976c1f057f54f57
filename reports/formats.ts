/** The report formats by name. To add one: one file with a pure function, one line here; the compiler asks for both. */
import type { Evidence } from '../suites/evidence';
import { renderHtml } from './html';
import { networkSection } from './html-network';
import { renderJunit } from './junit';

/** What a format renders: text, or bytes where the format is binary; some need to wait (a browser that prints). */
export type Rendered = string | Uint8Array;

export interface ReportFormat {
  readonly fileName: string;
  /** Pure: the same evidence gives the same bytes. */
  readonly render: (evidence: Evidence) => Rendered | Promise<Rendered>;
}

export const formatNames = ['html', 'junit'] as const;

export type Format = (typeof formatNames)[number];

export const formats: { readonly [format in Format]: ReportFormat } = {
  html: {
    fileName: 'report.html',
    render: async (evidence) => renderHtml(evidence, { network: await networkSection(evidence) }),
  },
  junit: { fileName: 'junit.xml', render: renderJunit },
};
