/** What a firewall makes of one flow, and the one answer for several ways in which it may go. */
import type { DecidingRule } from '../prediction';

export type FirewallVerdict =
  | {
      readonly outcome: 'passed' | 'dropped' | 'rejected';
      /** What decides, for a reader. */
      readonly by: string;
      readonly rule: DecidingRule | null;
      /** Whether the ALERT log will have a record that says so; null where that cannot be told. */
      readonly logged: boolean | null;
    }
  /** Bytes leave, or come in, one way before the flow is stopped. */
  | {
      readonly outcome: 'leaks';
      readonly by: string;
      readonly rule: DecidingRule | null;
      readonly logged: boolean | null;
      readonly how: string;
    }
  | { readonly outcome: 'undecided'; readonly because: string };

/** One way in which a flow may end, and what is not known that leads there. */
export interface End {
  readonly verdict: FirewallVerdict;
  readonly doubts: readonly string[];
}

/** Reasons that one sentence names. */
const MOST_REASONS = 3;

/** The verdict that all ends agree on, or what it depends on. */
export function verdictOfEnds(ends: readonly End[]): FirewallVerdict {
  const open = ends.flatMap(({ verdict }) => (verdict.outcome === 'undecided' ? [verdict.because] : []));
  const outcomes = new Set(ends.map(({ verdict }) => verdict.outcome));
  const [best] = [...ends].sort((a, b) => a.doubts.length - b.doubts.length);
  if (
    open.length === 0 &&
    outcomes.size === 1 &&
    best !== undefined &&
    best.verdict.outcome !== 'undecided'
  ) {
    return { ...best.verdict, logged: loggedOf(ends) };
  }
  const reasons = [...new Set([...ends.flatMap(({ doubts }) => doubts), ...open])];
  const said = reasons.slice(0, MOST_REASONS).join('; ');
  const known = [...outcomes]
    .filter((outcome) => outcome !== 'undecided')
    .sort()
    .join(' or ');
  const ways = known === '' ? '' : `${known}, which depends on what is not known: `;
  return { outcome: 'undecided', because: `${ways}${said === '' ? 'no packet of it is known' : said}` };
}

function loggedOf(ends: readonly End[]): boolean | null {
  const answers = new Set(ends.map(({ verdict }) => verdict.outcome !== 'undecided' && verdict.logged));
  const [only] = answers;
  return answers.size === 1 && only !== undefined ? only : null;
}
