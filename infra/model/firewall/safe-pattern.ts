/** The part of PCRE that can be evaluated on a hostile name in bounded time, and with the same meaning. */

const MOST_CHARACTERS = 200;
const MOST_REPEATS = 2;
const LONGEST_NAME = 255;

/**
 * Whether a pattern is made of nothing but literal characters, `\.` and `\-`, `.`, plain classes, anchors at its ends, one
 * level of alternatives, and at most two repeats (`*`, `+`, `?`) of a single character: then a match takes at most
 * the square of the name's length, and PCRE and JavaScript agree.
 */
export function isSafePattern(pattern: string): boolean {
  if (pattern.length === 0 || pattern.length > MOST_CHARACTERS) return false;
  const inner = pattern.replace(/^\^/, '').replace(/\$$/, '');
  let repeats = 0;
  let [repeatable, depth] = [false, 0];
  for (let index = 0; index < inner.length;) {
    const step = piece(inner, index);
    if (step === null) return false;
    if (step.kind === 'repeat') {
      repeats += 1;
      if (!repeatable || repeats > MOST_REPEATS) return false;
    }
    if (step.kind === 'open') depth += 1;
    if (step.kind === 'close') depth -= 1;
    if (depth < 0 || depth > 1 || (step.kind === 'or' && depth === 0)) return false;
    repeatable = step.kind === 'character';
    index += step.length;
  }
  return depth === 0;
}

type Kind = 'character' | 'repeat' | 'open' | 'close' | 'or';

function piece(text: string, index: number): { readonly kind: Kind; readonly length: number } | null {
  const character = text[index] ?? '';
  if (/[A-Za-z0-9_.-]/.test(character)) return { kind: 'character', length: 1 };
  if (character === '\\') {
    return /[.-]/.test(text[index + 1] ?? '') ? { kind: 'character', length: 2 } : null;
  }
  if (character === '[') {
    const end = text.indexOf(']', index);
    const inside = text.slice(index + 1, end);
    return end > 0 && /^(?:[A-Za-z0-9_]|[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9])+$/.test(inside)
      ? { kind: 'character', length: inside.length + 2 }
      : null;
  }
  if (character === '*' || character === '+' || character === '?') return { kind: 'repeat', length: 1 };
  if (character === '(') return { kind: 'open', length: text.startsWith('(?:', index) ? 3 : 1 };
  if (character === ')') return { kind: 'close', length: 1 };
  return character === '|' ? { kind: 'or', length: 1 } : null;
}

/** Whether a name matches a safe pattern, `(?i)` in front of one that ignores case; null for a name that is too odd to tell. */
export function matchesPattern(pattern: string, name: string): boolean | null {
  if (name.length > LONGEST_NAME || !/^[\x20-\x7e]*$/.test(name)) return null;
  const ignoresCase = pattern.startsWith('(?i)');
  const text = ignoresCase ? pattern.slice('(?i)'.length) : pattern;
  return isSafePattern(text) ? new RegExp(text, ignoresCase ? 'i' : '').test(name) : null;
}
