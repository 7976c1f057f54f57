/** An owner's intent as it stands in a file; suites/intent.schema.json says the same of its form. */
import { normalProject, webAddress, type Client, type ClientTarget } from '../probes/client-target';
import type { AcceptedRisk, ApprovedExit } from './intent';

export interface DeclaredDestination {
  readonly client: Client;
  /** Of wget: a name or an address, exactly one of them. */
  readonly name?: string;
  /** Of wget and git. */
  readonly url?: string;
  /** Of pip. */
  readonly package?: string;
  readonly expect: 'allowed' | 'denied';
  readonly because: string;
}

/** The sections that a file may have, all of them optional. */
export interface IntentDeclaration {
  readonly destinations?: readonly DeclaredDestination[];
  readonly endpoints?: { readonly required: readonly string[] };
  readonly exits?: { readonly approved: readonly ApprovedExit[] };
  readonly inspection?: { readonly accepted: readonly string[] };
  readonly securityGroups?: { readonly approved: readonly string[] };
  readonly logs?: { readonly retentionDays: number };
  readonly risks?: { readonly accepted: readonly AcceptedRisk[] };
  readonly listener?: string;
  readonly probeHost?: string;
}

/** A value without its faulty parts: members may be absent, and a list's faulty item is null, so that others keep their index. */
type SoundParts<T> = T extends readonly (infer Item)[]
  ? readonly (SoundParts<Item> | null)[]
  : T extends object
    ? { readonly [Key in keyof T]?: SoundParts<T[Key]> }
    : T;

export type PartialDeclaration = SoundParts<IntentDeclaration>;

/** What a destination's client is pointed at; null where the destination does not say. The schema has seen to the spelling. */
export function declaredTarget(destination: Partial<DeclaredDestination>): ClientTarget | null {
  const { client, name, url, package: project } = destination;
  if (client === 'pip') return project === undefined ? null : { client, project: normalProject(project) };
  if (client === undefined) return null;
  if (url !== undefined) return { client, ...webAddress(url) };
  return client === 'wget' && name !== undefined ? { client, name, path: '' } : null;
}
