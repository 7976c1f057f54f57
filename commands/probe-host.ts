/** `studio-egress probe-host`: the template of a probe host, with the defaults of a target. Reads at most. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { studioSecurityGroups, studioSubnetIds } from '../infra/model/studio';
import { awsConnection } from '../infra/snapshot/clients';
import { NotKnown, type Snapshot } from '../infra/snapshot/snapshot';
import { readSnapshotFile } from '../infra/snapshot/snapshot-file';
import { takeSnapshot } from '../infra/snapshot/take-snapshot';
import { findTarget, type TargetSelector } from '../infra/snapshot/target';
import type { ExitCode } from '../suites/assemble';
import { PROJECT_ROOT } from './run';

export interface ProbeHostOptions {
  /** Null for the template as it ships. */
  readonly of:
    | { readonly snapshot: string }
    | {
        readonly selector: TargetSelector;
        readonly region: string | null;
        readonly profile: string | null;
      }
    | null;
}

/** To standard output; what could not be filled in is named on standard error. */
export async function probeHost({ of }: ProbeHostOptions): Promise<ExitCode> {
  const template = readFileSync(join(PROJECT_ROOT, 'infra', 'stack', 'probe-host.yaml'), 'utf8');
  const snapshot = await snapshotOf(of);
  if (snapshot === null) {
    process.stdout.write(template);
    return 0;
  }
  const { text, notes } = filledIn(template, snapshot);
  process.stdout.write(text);
  for (const note of notes) process.stderr.write(`${note}\n`);
  return 0;
}

async function snapshotOf(of: ProbeHostOptions['of']): Promise<Snapshot | null> {
  if (of === null) return null;
  if ('snapshot' in of) return readSnapshotFile(of.snapshot);
  const connection = await awsConnection(of);
  return takeSnapshot(connection, await findTarget(connection, of.selector));
}

export interface FilledTemplate {
  readonly text: string;
  /** What the owner has to decide, as sentences. */
  readonly notes: readonly string[];
}

/** The template with the first Studio subnet and the groups of the first kind of app as defaults. */
export function filledIn(template: string, snapshot: Snapshot): FilledTemplate {
  const subnets = known(() => studioSubnetIds(snapshot));
  const groups = known(() => studioSecurityGroups(snapshot));
  const [subnet, ...otherSubnets] = subnets.value ?? [];
  const [group, ...otherGroups] = groups.value ?? [];
  const notes = [
    ...(subnets.because === null ? [] : [`SubnetId is not filled in: ${subnets.because}`]),
    ...(groups.because === null ? [] : [`SecurityGroupIds is not filled in: ${groups.because}`]),
    ...(otherSubnets.length === 0
      ? []
      : [
          `Studio also has ${otherSubnets.join(', ')}: one host probes one subnet; deploy one in each to see all.`,
        ]),
    ...otherGroups.map(
      ({ groupIds, usedBy }) =>
        `Others run with ${groupIds.join(', ')} (${usedBy.join(', ')}): not what is filled in.`,
    ),
  ];
  const withSubnet = withDefault(template, 'SubnetId', subnet);
  return { text: withDefault(withSubnet, 'SecurityGroupIds', group?.groupIds.join(',')), notes };
}

function known<T>(question: () => T): { readonly value: T | null; readonly because: string | null } {
  try {
    return { value: question(), because: null };
  } catch (error) {
    if (error instanceof NotKnown) return { value: null, because: error.message };
    throw error;
  }
}

/** Ids alone: what an API returned goes into a template only in the form that ids have. */
const IDS = /^(subnet|sg)-[0-9a-z-]{1,40}(,(subnet|sg)-[0-9a-z-]{1,40})*$/;

function withDefault(template: string, parameter: string, value: string | undefined): string {
  if (value === undefined || !IDS.test(value)) return template;
  return template.replace(
    new RegExp(`^(  ${parameter}:\\n    Type: .*\\n)`, 'm'),
    (lines) => `${lines}    Default: ${value}\n`,
  );
}
