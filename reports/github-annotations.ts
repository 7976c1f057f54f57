/**
 * GitHub's workflow commands for what blocks: they become annotations of the job. Everything in them is escaped, since a
 * line of a log that begins with `::` is a command (GitHub documentation, "Workflow commands for GitHub Actions").
 */

export interface Annotation {
  readonly level: 'error' | 'warning';
  readonly title: string;
  readonly message: string;
}

/** GitHub shows ten of a level per step (facts/reports.md 2); the rest is counted in the last. */
const MOST_OF_A_LEVEL = 10;

export function githubAnnotations(annotations: readonly Annotation[]): readonly string[] {
  return (['error', 'warning'] as const).flatMap((level) => {
    const own = annotations.filter((one) => one.level === level);
    const shown = own.length <= MOST_OF_A_LEVEL ? own : own.slice(0, MOST_OF_A_LEVEL - 1);
    const more = own.length - shown.length;
    const rest = { level, title: 'and more', message: `${more} more are in the report.` };
    return [...shown, ...(more > 0 ? [rest] : [])].map(commandOf);
  });
}

const commandOf = ({ level, title, message }: Annotation): string =>
  `::${level} title=${property(title)}::${data(message)}`;

const data = (text: string): string =>
  text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(CONTROLS, ' ');
const property = (text: string): string => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');

// oxlint-disable-next-line no-control-regex -- control characters are what is replaced
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
