/** The report formats by name. To add one: one file with a pure function, one line here; the compiler asks for both. */
import type { Evidence } from '../suites/evidence';
import { renderHtml } from './html';
import { renderJunit } from './junit';

export interface ReportFormat {
  readonly fileName: string;
  /** Pure: the same evidence gives the same bytes. */
  readonly render: (evidence: Evidence) => string;
}

export const formatNames = ['html', 'junit'] as const;

export type Format = (typeof formatNames)[number];

export const formats: { readonly [format in Format]: ReportFormat } = {
  html: { fileName: 'report.html', render: renderHtml },
  junit: { fileName: 'junit.xml', render: renderJunit },
};
