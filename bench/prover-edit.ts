/** Edits of the prover by hand: what each breaks, and the tests that are to notice. */

export interface ProverEdit {
  /** Below infra/model, without its ending. */
  readonly file: string;
  /** Text that stands in the file exactly once. */
  readonly text: string;
  readonly by: string;
  /** What the prover does wrong afterwards, as a sentence. */
  readonly breaks: string;
  /** Why no test can notice, for an edit after which every answer is the same; it is expected to survive. */
  readonly equivalent?: string;
}

/** Edits with the tests that are nearest to them: names below infra/model, in the order in which they are run. */
export interface ProverEdits {
  readonly tests: readonly string[];
  readonly edits: readonly ProverEdit[];
}

/** Edits of one file: text, replacement, what it breaks, and why it is equivalent where it is. */
export function editsOf(
  file: string,
  sketches: readonly (readonly [text: string, by: string, breaks: string, equivalent?: string])[],
): readonly ProverEdit[] {
  return sketches.map(([text, by, breaks, equivalent]) => ({
    file,
    text,
    by,
    breaks,
    ...(equivalent === undefined ? {} : { equivalent }),
  }));
}
