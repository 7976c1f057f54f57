/**
 * report.html: one self-contained file for people. It can be read without script and asks for nothing from outside; its
 * content security policy allows its own style sheet and its own script (a filter), by hash, and nothing else. The same
 * evidence gives the same bytes.
 */
import { createHash } from 'node:crypto';
import { targetName } from '../suites/assemble';
import type { Evidence } from '../suites/evidence';
import { batterySection } from './html-battery';
import { changedMeanwhile, sinceSection } from './html-changes';
import { disagreementSection } from './html-disagreement';
import { findingsSections } from './html-findings';
import { limitsSection } from './html-limits';
import { methodSection } from './html-method';
import { negativeControlsSection } from './html-negative-controls';
import { NETWORK_STYLE } from './html-network';
import { observationsSection } from './html-observations';
import { pathSection } from './html-path';
import { populationSection } from './html-population';
import { provenanceSection } from './html-provenance';
import { intentSection, scopeSection } from './html-scope';
import { SCRIPT } from './html-script';
import { STYLE } from './html-style';
import { PRINT_STYLE } from './html-style-print';
import { contents, verdictHeader } from './html-verdict';
import { controlSection, severitySection } from './html-views';
import { waiversSection } from './html-waivers';
import { constantMarkup, html, nothing, toText, type SafeHtml } from './safe-html';
import { capital, recounted, verdictOf } from './verdict';

export interface HtmlOptions {
  /** The section "The network": the topology of the evidence, drawn. Left out where null. */
  readonly network?: SafeHtml | null;
}

const SHEET = STYLE + NETWORK_STYLE + PRINT_STYLE;
const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

export function renderHtml(given: Evidence, { network = null }: HtmlOptions = {}): string {
  const evidence = recounted(given);
  const verdict = verdictOf(evidence);
  const title = `${capital(verdict.word)}: ${targetName(evidence.run.target)}, ${evidence.run.startedAt.slice(0, 10)}`;
  const policy = `default-src 'none'; style-src ${hashOf(SHEET)}; script-src ${hashOf(SCRIPT)}; base-uri 'none'; form-action 'none'`;
  const parts = sectionsOf(evidence, { network });
  return toText(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta http-equiv="Content-Security-Policy" content="${policy}" />
          <meta name="referrer" content="no-referrer" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>${title}</title>
          ${constantMarkup(`<style>${SHEET}</style>`)}
        </head>
        <body>
          <a class="skip" href="#findings">Skip to the findings</a>
          ${verdictHeader(evidence)}
          <div class="columns">
            ${contents(parts.filter(({ text }) => text !== ''))}
            <main>${parts.map(({ markup }) => html`${markup} `)}</main>
          </div>
          <footer>
            <p>
              If the run was signed, manifest.dsse.json beside this file is the signature:
              <code>studio-egress verify-bundle</code> with the signer's public key says whether the folder is
              as it was written.
            </p>
            <p>
              Made by ${evidence.run.tool.name} ${evidence.run.tool.version} from evidence.json of run
              ${evidence.run.id}. The hashes of all files of this run are in manifest.json.
            </p>
          </footer>
          ${constantMarkup(`<script>${SCRIPT}</script>`)}
        </body>
      </html> `,
  );
}

interface Part {
  readonly id: string;
  /** In the contents; empty where it is not listed there. */
  readonly text: string;
  readonly markup: SafeHtml;
}

/** In the order of reading: what was claimed, whether all of it was tested, what came out, what was not shown. */
function sectionsOf(evidence: Evidence, { network }: Required<HtmlOptions>): readonly Part[] {
  const part = (id: string, text: string, markup: SafeHtml): Part => ({ id, text, markup });
  return [
    part('disagreement', 'Disagreement', disagreementSection(evidence)),
    part('meanwhile', 'Changed meanwhile', changedMeanwhile(evidence)),
    part('scope', 'Scope', scopeSection(evidence)),
    part('method', 'How it was tested', methodSection(evidence)),
    part('network', 'The network', network ?? nothing),
    part('since', 'Since the last run', sinceSection(evidence)),
    part('population', 'Population', populationSection(evidence)),
    part('severities', 'By severity', severitySection(evidence)),
    part('findings', 'Findings', findingsSections(evidence)),
    part('controls', 'By requirement', controlSection(evidence)),
    part('path', 'The path', pathSection(evidence)),
    part('battery', 'Techniques', batterySection(evidence)),
    part('observations', 'Observations', observationsSection(evidence)),
    part('accepted', 'Risks and waivers', waiversSection(evidence)),
    part('intent', 'Intent', intentSection(evidence)),
    part('limits', 'Not proven', limitsSection(evidence)),
    part('negative-controls', 'Negative controls', negativeControlsSection(evidence)),
    part('provenance', 'Provenance', provenanceSection(evidence)),
  ].filter(({ markup }) => toText(markup) !== '');
}
