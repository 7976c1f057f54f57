/**
 * An entry of the mutation catalogue as something done to a deployed stack: by an edit of its template before it is
 * deployed, by calls of the AWS API afterwards, or, where the API refuses it or cannot make it, in the snapshot.
 */
import type { Snapshot } from '../../snapshot/snapshot';
import type { Approvals } from '../mutant';
import type { Deployed } from './deployed';

/** What a check must say that it does not say of the stack the entry starts from. */
export interface Expected {
  readonly check: string;
  readonly outcome: 'fail' | 'unknown';
  /** Text of the finding's sentence or witness: the address, resource or rule that must decide. */
  readonly names?: string;
}

/** Of an entry that no check judges, with the reason; it is counted apart from what was noticed. */
export interface NotJudged {
  readonly notJudged: string;
}

/** Where an entry starts: the recommended stack, or another one made of it. */
export interface Start {
  readonly id: string;
  /** The template's text, edited. */
  readonly template?: (text: string) => string;
  /** Calls after the deployment. What the owner approves comes back. */
  readonly api?: (at: Deployed) => Promise<Approvals | void>;
}

/** By what means an entry is made, the least faithful of them: a snapshot's edit tries neither the API nor the readers. */
export type Make = 'template' | 'api' | 'snapshot';

export interface DeployedEntry {
  /** Of the catalogue. */
  readonly id: string;
  /** What is different afterwards, as a sentence. */
  readonly what: string;
  readonly expect: readonly Expected[] | 'quiet' | NotJudged;
  /** The recommended stack when absent. */
  readonly start?: Start;
  readonly template?: ((text: string) => string) | undefined;
  /** What the owner approves comes back, where the entry needs it. */
  readonly api?: ((at: Deployed) => Promise<Approvals | void>) | undefined;
  /** The owner's intent was declared while the stack was as it started; otherwise it is derived from what is there. */
  readonly declaredAtStart?: boolean;
  readonly snapshot?: (snapshot: Snapshot, at: Deployed) => Snapshot;
}

/** How the entry is made. */
export function makeOf({ template, snapshot }: DeployedEntry): Make {
  if (snapshot !== undefined) return 'snapshot';
  return template === undefined ? 'api' : 'template';
}

/** A fail of one check. */
export const fails = (check: string, names?: string): readonly Expected[] => [expected(check, 'fail', names)];

/** An `unknown` of one check. */
export const unknown = (check: string, names?: string): readonly Expected[] => [
  expected(check, 'unknown', names),
];

function expected(check: string, outcome: Expected['outcome'], names: string | undefined): Expected {
  return names === undefined ? { check, outcome } : { check, outcome, names };
}
