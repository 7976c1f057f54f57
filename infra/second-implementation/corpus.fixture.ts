/** Recorded answers of real AWS accounts, one file a Describe call as the API gave it, laid over the reference as a snapshot. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import type { SectionName, Snapshot } from '../snapshot/snapshot';

/** Beside the project, where a developer has them; the project does not carry them. */
const FOLDER = join(__dirname, '..', '..', '..', 'shared', 'corpora', 'batfish');

/** Files of a corpus, and the sections that hold what is in them. */
const FILES: Readonly<Record<string, SectionName>> = {
  Subnets: 'subnets',
  RouteTables: 'routeTables',
  NetworkAcls: 'networkAcls',
  SecurityGroups: 'securityGroups',
  NetworkInterfaces: 'networkInterfaces',
  InternetGateways: 'internetGateways',
  NatGateways: 'natGateways',
  VpcEndpoints: 'vpcEndpoints',
};

/** Sections of the network that no corpus has anything for: there were none, or nobody asked. */
const EMPTY: readonly SectionName[] = [
  'egressOnlyInternetGateways',
  'vpcPeeringConnections',
  'transitGatewayVpcAttachments',
  'transitGatewayTables',
  'attachedVpcs',
  'firewalls',
  'firewallPolicies',
  'ruleGroups',
  'loggingConfigurations',
  'vpcEndpointAssociations',
  'managedPrefixLists',
];

/** The corpora that are there, by name; none elsewhere. */
export function corpora(): readonly string[] {
  return existsSync(FOLDER) ? readdirSync(FOLDER).sort() : [];
}

/** Sections that the corpus has no file for are empty; the domain of the reference is none of its VPC's. */
export function corpusSnapshot(name: string): Snapshot {
  const base = referenceSnapshot();
  const [vpc] = membersOf(name, 'Vpcs');
  if (typeof vpc !== 'object' || vpc === null || !('VpcId' in vpc) || typeof vpc.VpcId !== 'string')
    throw new Error(`${name} has no VPC`);
  const values: (readonly [SectionName, unknown])[] = [
    ['vpc', vpc],
    ...EMPTY.map((section) => [section, []] as const),
    ...Object.entries(FILES).map(([file, section]) => [section, membersOf(name, file)] as const),
  ];
  const sections = Object.fromEntries(
    values.map(([section, value]) => [section, { status: 'read', readAt: base.takenAt, calls: [], value }]),
  );
  return {
    ...base,
    target: { ...base.target, vpcId: vpc.VpcId, domainId: null },
    // AWS's own answers, which the model must take as they come.
    sections: { ...base.sections, ...sections },
  };
}

function membersOf(name: string, file: string): readonly unknown[] {
  const path = join(FOLDER, name, `${file}.json`);
  if (!existsSync(path)) return [];
  const answer: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const list: unknown = typeof answer === 'object' && answer !== null ? Object.values(answer)[0] : null;
  if (!Array.isArray(list)) throw new Error(`${path} holds no list`);
  return list;
}
