/**
 * The network that every check is tried on: one zone, the recommended stack, everything read. Mutants are small
 * changes of it. Addresses and names are those of the blog's stack; ids say what they are.
 */
import type { ApiCall, Section, SectionName, Sections, SectionValues, Snapshot } from '../snapshot/snapshot';
import { referenceFirewall } from './reference-firewall';
import { referenceNetwork } from './reference-network';
import { referenceStudio } from './reference-studio';

/** When the reference was read. */
export const READ_AT = '2026-01-15T09:00:00.000Z';

/** A compliant snapshot, new at every call. */
export function referenceSnapshot(): Snapshot {
  const values: SectionValues = { ...referenceNetwork(), ...referenceFirewall(), ...referenceStudio() };
  return {
    schema: 'studio-egress/snapshot/v1',
    takenAt: READ_AT,
    target: {
      kind: 'snapshot',
      account: '111122223333',
      region: 'us-east-1',
      stack: 'reference',
      vpcId: 'vpc-studio',
      domainId: 'd-studio',
    },
    sections: readSections(values),
  };
}

function readSections(values: SectionValues): Sections {
  const section = <N extends SectionName>(name: N): Section<SectionValues[N]> => {
    const calls: ApiCall[] = [{ operation: `aws:Read${name}`, parameters: {}, pages: 1 }];
    return { status: 'read', readAt: READ_AT, calls, value: structuredClone(values[name]) };
  };
  const names = Object.keys(values) as SectionName[];
  return Object.fromEntries(names.map((name) => [name, section(name)])) as unknown as Sections;
}
