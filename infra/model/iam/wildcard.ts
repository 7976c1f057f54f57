/**
 * Patterns with `*` (any text) and `?` (any one character), as IAM has them in Action, Resource and the Like operators.
 *
 * Facts: IAM user guide, "IAM JSON policy elements: Resource" and "Action". DERIVED: a `*` reaches over `:` and `/`;
 * the guide says so for slashes only, so whoever depends on a pattern of fewer than an ARN's six parts must not rely on
 * it.
 */

/** Whether a pattern takes in exactly this text. Upper and lower case differ. */
export function matchesPattern(pattern: string, text: string): boolean {
  const tokens = pattern.split('');
  let states = reached(tokens, [0]);
  for (const character of text.split('')) states = after(tokens, states, character);
  return states.includes(tokens.length);
}

/** Whether some text is among those of both patterns. */
export function intersect(one: string, other: string): boolean {
  const [left, right] = [one.split(''), other.split('')];
  const tried = new Set<number>();
  const pending: [number, number][] = [[0, 0]];
  for (const [i, j] of pending) {
    const here = i * (right.length + 1) + j;
    if (tried.has(here)) continue;
    tried.add(here);
    const [a, b] = [left[i], right[j]];
    if (a === undefined && b === undefined) return true;
    if (a === '*') pending.push([i + 1, j]);
    if (b === '*') pending.push([i, j + 1]);
    if (a === undefined || b === undefined || !canBeSame(a, b)) continue;
    pending.push([a === '*' ? i : i + 1, b === '*' ? j : j + 1]);
  }
  return false;
}

function canBeSame(a: string, b: string): boolean {
  return a === b || [a, b].some((token) => token === '*' || token === '?');
}

/** A text that the first pattern takes in, and which of the others take it in as well. */
export interface Kind {
  readonly text: string;
  readonly taken: readonly boolean[];
}

/** More steps than this are not followed up: policies that people write need a few thousand. */
const MAX_STEPS = 60_000;

/**
 * One text for every way in which the texts of a pattern can be among those of other patterns: exact, so that whether
 * anything is left when some patterns are taken away has an answer with an example. Null when there are too many ways.
 *
 * All patterns are run side by side over every text that the first takes in, one character at a time; of the characters
 * that no pattern spells out, one stands for all.
 */
export function kindsOf(pattern: string, others: readonly string[]): readonly Kind[] | null {
  if (!/[*?]/.test(pattern))
    return [{ text: pattern, taken: others.map((other) => matchesPattern(other, pattern)) }];
  const machines = [pattern, ...others].map((each) => each.split(''));
  const alphabet = alphabetOf(machines);
  const [first = []] = machines;
  const queue = [{ text: '', states: machines.map((tokens) => reached(tokens, [0])) }];
  const seen = new Set(queue.map(({ states }) => JSON.stringify(states)));
  const kinds = new Map<string, Kind>();
  let steps = 0;
  for (const { text, states } of queue) {
    const [own = false, ...taken] = states.map((set, index) => set.includes(machines[index]?.length ?? -1));
    if (own && !kinds.has(taken.join())) kinds.set(taken.join(), { text, taken });
    for (const character of possible(first, states[0] ?? [], alphabet)) {
      steps += machines.length;
      if (steps > MAX_STEPS) return null;
      const next = states.map((set, index) => after(machines[index] ?? [], set, character));
      const key = JSON.stringify(next);
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push({ text: text + character, states: next });
    }
  }
  return [...kinds.values()];
}

/** Every character that a pattern spells out, after one that none does. */
function alphabetOf(machines: readonly (readonly string[])[]): readonly string[] {
  const spelled = new Set(machines.flat().filter((character) => character !== '*' && character !== '?'));
  const letters = 'xyzabcdefghijklmnopqrstuvw0123456789XYZ'.split('');
  const other = letters.find((letter) => !spelled.has(letter)) ?? '\u{e000}';
  return [other, ...spelled];
}

/** The characters that lead on from some position: while the pattern is spelled out, just those that it spells. */
function possible(
  tokens: readonly string[],
  positions: readonly number[],
  alphabet: readonly string[],
): readonly string[] {
  const here = positions.flatMap((position) => tokens[position] ?? []);
  return here.some((token) => token === '*' || token === '?') ? alphabet : [...new Set(here)];
}

/** Positions together with those that are reached from them without a character: a `*` may stand for nothing. */
function reached(tokens: readonly string[], positions: readonly number[]): readonly number[] {
  if (!positions.some((position) => tokens[position] === '*')) return positions;
  const all = new Set<number>();
  for (let position of positions) {
    all.add(position);
    while (tokens[position] === '*') all.add((position += 1));
  }
  return [...all].sort((a, b) => a - b);
}

function after(
  tokens: readonly string[],
  positions: readonly number[],
  character: string,
): readonly number[] {
  if (positions.length === 0) return positions;
  const next = positions.flatMap((position) => {
    const token = tokens[position];
    if (token === '*') return [position];
    return token === '?' || token === character ? [position + 1] : [];
  });
  return reached(tokens, next);
}
