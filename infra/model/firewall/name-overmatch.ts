/** Names that a pass rule lets through without naming them: what its conditions leave open around the text. */
import { comparedText, namesMatch, UNLISTED_NAME } from './flow';
import type { Breadth } from './name-breadth';
import { breadthOf } from './name-breadth';
import type { NameContent, Rule } from './rule';

const LABEL = 'zq7x';
const [UNLISTED_LABEL = '', UNLISTED_END = ''] = UNLISTED_NAME.split(/(?=\.)/);

/** Suffixes that name nobody, whoever owns what lies above them. */
const SHARED: readonly Breadth['kind'][] = ['shared'];

/**
 * One name that matches the rule and that nobody would say it lists; null when it names its hosts well.
 *
 * `kaggle.com` at the end without a dot before it is also the end of `zq7xkaggle.com`, and without a condition on the end
 * it begins `kaggle.com.zq7x.invalid`: anybody can register those. A suffix below which anybody gets a name (`.com`,
 * `.co.uk`, `.github.io`) names nobody either; that is our own measure, none of AWS's. Which breadths of a suffix count
 * as such is the asker's choice.
 */
export function overmatchedName(rule: Rule, open: readonly Breadth['kind'][] = SHARED): string | null {
  if (rule.action !== 'pass') return null;
  const said = rule.names.filter(({ negated }) => !negated);
  if (said.length === 0) return null;
  const name = composed(said, open);
  return name !== null && namesMatch(rule, { name }) !== 'no' ? name : null;
}

/**
 * Names that a rule which blocks all but some leaves alone without meaning them: `content:!"kaggle.com"` also spares
 * `kaggle.com.zq7x.invalid`. Each of a rule's negated conditions is enough to spare a name.
 */
export function sparedNames(
  rules: readonly Rule[],
  open: readonly Breadth['kind'][] = SHARED,
): readonly string[] {
  const spared = rules.flatMap(({ action, names }) =>
    action === 'drop' || action === 'reject' ? names.filter(({ negated }) => negated) : [],
  );
  const found = spared.flatMap((content) => composed([{ ...content, negated: false }], open) ?? []);
  return [...new Set(found)];
}

function composed(said: readonly NameContent[], open: readonly Breadth['kind'][]): string | null {
  if (said.some(({ startsWith, endsWith }) => startsWith && endsWith)) return null;
  const [start] = said.filter(({ startsWith }) => startsWith);
  const ends = said.filter(({ endsWith }) => endsWith);
  // The longest end is the one that names.
  const end = [...ends].sort((a, b) => b.text.length - a.text.length)[0];
  const middle = said.filter((content) => !content.startsWith && !content.endsWith);
  const before = [
    start === undefined ? LABEL : comparedText(start).replace(/^\./, ''),
    ...middle.map(comparedText),
  ];
  const tail = end === undefined ? `.${UNLISTED_LABEL}${UNLISTED_END}` : openTail(comparedText(end), open);
  if (tail === null) return null;
  return `${before.join('.')}${tail}`.replace(/\.{2,}/g, '.');
}

/** What can stand at the end for nobody; null when the text names a domain with all below it. */
function openTail(text: string, open: readonly Breadth['kind'][]): string | null {
  if (open.includes(breadthOf(text, 'all below').kind))
    return `.${UNLISTED_LABEL}.${text.replace(/^\./, '')}`;
  return text.startsWith('.') ? null : `.${LABEL}${text}`;
}
