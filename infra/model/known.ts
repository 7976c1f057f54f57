/** Questions that may have no answer: a value, or the sentence that says why it is not known. */
import { NotKnown } from '../snapshot/snapshot';

export type Known<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly because: string };

/**
 * Asks now and keeps the answer for whoever needs it. Only {@link NotKnown} becomes "not known"; any other
 * error is a defect and goes on.
 */
export function ask<T>(question: () => T): Known<T> {
  try {
    return { known: true, value: question() };
  } catch (error) {
    if (error instanceof NotKnown) return { known: false, because: error.message };
    throw error;
  }
}

/** What `returned` of the snapshot throws: for members that nearly always are there, so that the sentence is made when it is needed. */
export function notReturned(what: string): never {
  throw new NotKnown(`AWS did not return ${what}`);
}

/** The value, or {@link NotKnown} with the reason. */
export function insist<T>(answer: Known<T>): T {
  if (answer.known) return answer.value;
  throw new NotKnown(answer.because);
}
