/** The lines of a RulesString, joined where one goes on in the next, with the way back to where a character stood. */
import type { RuleSyntaxProblem, StepCount } from './suricata-rule';

export interface TextLine {
  /** Joined; a backslash at a line's end has become a blank. */
  readonly content: string;
  /** 1 for the first line. */
  readonly line: number;
  /** Where the character at an index of the content stands in the text as it was given. */
  readonly placeOf: (index: number) => Pick<RuleSyntaxProblem, 'line' | 'column'>;
}

interface Piece {
  readonly line: number;
  readonly text: string;
}

/** Every line that is not empty and not a comment. Each character is looked at a fixed number of times. */
export function ruleLines(text: string, count: StepCount): readonly TextLine[] {
  const joined: Piece[][] = [];
  let open = false;
  text.split(/\r?\n/).forEach((content, index) => {
    count.steps += content.length + 1;
    // A comment ends with its own line, whatever that ends in: what stands below it is in force.
    if (!open && isSkipped(content)) return;
    const goesOn = content.endsWith('\\');
    const piece = { line: index + 1, text: goesOn ? `${content.slice(0, -1)} ` : content };
    if (open) joined.at(-1)?.push(piece);
    else joined.push([piece]);
    open = goesOn;
  });
  return joined.map(textLine).filter(({ content }) => !isSkipped(content));
}

function isSkipped(content: string): boolean {
  const text = content.trimStart();
  return text === '' || text.startsWith('#');
}

function textLine(pieces: readonly Piece[]): TextLine {
  const [first] = pieces;
  return {
    content: pieces.map(({ text }) => text).join(''),
    line: first?.line ?? 1,
    placeOf: (index) => {
      let from = 0;
      for (const { line, text } of pieces) {
        if (index < from + text.length) return { line, column: index - from + 1 };
        from += text.length;
      }
      const last = pieces.at(-1);
      return { line: last?.line ?? 1, column: (last?.text.length ?? 0) + 1 };
    },
  };
}
