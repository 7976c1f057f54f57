/**
 * report.html: one self-contained file for people. It needs no script and asks for nothing from outside; its content
 * security policy allows its own style sheet, by hash, and nothing else. The same evidence gives the same bytes.
 */
import { createHash } from 'node:crypto';
import type { Evidence } from '../suites/evidence';
import { batterySection } from './html-battery';
import { disagreementSection } from './html-disagreement';
import { findingsSections } from './html-findings';
import { limitsSection } from './html-limits';
import { observationsSection } from './html-observations';
import { pathSection } from './html-path';
import { intentSection, populationSection, scopeSection } from './html-scope';
import { STYLE } from './html-style';
import { constantMarkup, html, nothing, toText, type SafeHtml } from './safe-html';
import { recounted, verdictOf } from './verdict';

export function renderHtml(given: Evidence): string {
  const evidence = recounted(given);
  const verdict = verdictOf(evidence);
  const title = `${capital(verdict.word)}: ${evidence.run.target.vpcId}, ${evidence.run.startedAt.slice(0, 10)}`;
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
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
          ${constantMarkup(`<style>${STYLE}</style>`)}
        </head>
        <body>
          <a class="skip" href="#findings">Skip to the findings</a>
          ${verdictHeader(evidence)}
          <main>
            ${disagreementSection(evidence)} ${scopeSection(evidence)} ${populationSection(evidence)}
            ${findingsSections(evidence)} ${pathSection(evidence)} ${batterySection(evidence)}
            ${observationsSection(evidence)} ${intentSection(evidence)} ${limitsSection(evidence)}
          </main>
          <footer>
            <p>
              Made by ${evidence.run.tool.name} ${evidence.run.tool.version} from evidence.json of run
              ${evidence.run.id}. The hashes of all files of this run are in manifest.json.
            </p>
          </footer>
        </body>
      </html> `,
  );
}

function verdictHeader(evidence: Evidence): SafeHtml {
  const verdict = verdictOf(evidence);
  const { target, endedEarly } = evidence.run;
  const { pass, fail, unknown, notApplicable, waived } = evidence.summary;
  const tile = (standing: string, n: number, word: string): SafeHtml =>
    html`<li class="tile ${n === 0 ? 'none' : standing}"><b>${n}</b> ${word}</li>`;
  return html`<header class="verdict v${verdict.exitCode}">
    <p class="product">Studio Egress Verifier</p>
    <h1>${capital(verdict.word)}</h1>
    <p class="sentence">${verdict.sentence}</p>
    <p>
      Whether the internet traffic of the SageMaker Studio
      domain${target.domainId === null ? '' : ` ${target.domainId}`} in ${target.vpcId} goes through its AWS
      Network Firewall.
    </p>
    ${endedEarly === null ? nothing : html`<p class="early"><strong>The run ended early:</strong> ${endedEarly}</p>`}
    <ul class="tiles" aria-label="Findings by outcome">
      ${[
        tile('fail', fail, 'violated'),
        tile('unknown', unknown, 'could not be verified'),
        tile('pass', pass, 'hold'),
        tile('waived', waived, 'waived'),
        tile('not-applicable', notApplicable, 'not applicable'),
      ]}
    </ul>
  </header>`;
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
