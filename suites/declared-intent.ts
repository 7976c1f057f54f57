/** The intent that an owner's file declares, with what it leaves out derived from what is deployed, and marked so. */
import type { Snapshot } from '../infra/snapshot/snapshot';
import { probeId } from '../probes/client-target';
import { derivedIntent } from './derived-intent';
import type { DerivedSection, IntendedDestination, Intent } from './intent';
import { declaredTarget, type DeclaredDestination, type IntentDeclaration } from './intent-declaration';

/** A file that was read and found sound. */
export interface IntentFile {
  /** As it was given. */
  readonly path: string;
  /** Of its bytes. */
  readonly sha256: string;
  readonly declaration: IntentDeclaration;
}

/**
 * A section that the file has counts as it stands: required endpoints replace the documented ones, approved groups those
 * of the domain. What may only be granted (exits, inspection, risks) is granted by the file alone. Never throws.
 */
export function declaredIntent({ path, sha256, declaration }: IntentFile, snapshot: Snapshot): Intent {
  const derived = derivedIntent(snapshot);
  const { destinations, endpoints, exits, inspection, securityGroups, logs, risks, listener, probeHost } =
    declaration;
  return {
    source: 'declared',
    file: path,
    sha256,
    derivedSections: derived.derivedSections.filter((section) => !isDeclared(declaration, section)),
    destinations: destinations?.map(intended) ?? derived.destinations,
    requiredEndpoints: endpoints?.required ?? derived.requiredEndpoints,
    logRetentionDays: logs?.retentionDays ?? derived.logRetentionDays,
    approvedExits: exits?.approved.map((exit) => ({ ...exit, because: oneLine(exit.because) })) ?? [],
    acceptedInspection: inspection?.accepted ?? [],
    approvedSecurityGroups: securityGroups?.approved ?? derived.approvedSecurityGroups,
    acceptedRisks:
      risks?.accepted.map((risk) => ({
        ...risk,
        reason: oneLine(risk.reason),
        owner: oneLine(risk.owner),
      })) ?? [],
    listener: listener ?? null,
    ...(probeHost === undefined ? {} : { probeHost }),
  };
}

const isDeclared = (declaration: IntentDeclaration, section: DerivedSection): boolean =>
  declaration[section] !== undefined;

function intended(destination: DeclaredDestination): IntendedDestination {
  const target = declaredTarget(destination);
  if (target === null) throw new Error('a sound destination says what its client is pointed at');
  const { expect, because } = destination;
  return { probe: probeId(target), expect, because: oneLine(because) };
}

/** A text that stood on several lines of the file. */
const oneLine = (text: string): string => text.trim().replace(/\s+/g, ' ');
