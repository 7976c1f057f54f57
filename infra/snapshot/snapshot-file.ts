/** The snapshot as a file: JSON, strictly checked when it is read back, for it may come from anywhere. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { SectionName, Snapshot } from './snapshot';

/** The file is not a snapshot. The message names the file and the member that is wrong. */
export class SnapshotFileError extends Error {
  override readonly name = 'SnapshotFileError';
}

/** Writes the snapshot with AWS's field names, one member a line, so that two of them can be compared. */
export function writeSnapshotFile(path: string, snapshot: Snapshot): void {
  writeFileSync(path, `${JSON.stringify(snapshot, null, 1)}\n`);
}

/** Reads a snapshot; throws {@link SnapshotFileError}. */
export function readSnapshotFile(path: string): Snapshot {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new SnapshotFileError(`${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  return parseSnapshot(text, path);
}

/** The snapshot in the text; `source` names it in errors. */
export function parseSnapshot(text: string, source: string): Snapshot {
  const check: Check = (holds, member, what) => {
    if (!holds)
      throw new SnapshotFileError(
        `${source} is not a snapshot: ${member} ${what}; take it again with "studio-egress snapshot"`,
      );
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SnapshotFileError(`${source} is not JSON: ${messageOf(error)}`, { cause: error });
  }
  check(isMembers(value), 'the document', 'is not an object');
  if (!isMembers(value)) throw new SnapshotFileError(source);
  check(
    value['schema'] === 'studio-egress/snapshot/v1',
    'schema',
    `is ${JSON.stringify(value['schema'])}, not "studio-egress/snapshot/v1"`,
  );
  check(isTime(value['takenAt']), 'takenAt', 'is not an ISO 8601 time');
  checkTarget(value['target'], check);
  checkSections(value['sections'], check);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked above; the values inside are AWS's
  return value as unknown as Snapshot;
}

/** Whether a section's value is one object or a list of them. */
const SHAPES: Readonly<Record<SectionName, 'object' | 'list'>> = {
  callerIdentity: 'object',
  vpc: 'object',
  vpcAttributes: 'object',
  subnets: 'list',
  routeTables: 'list',
  networkAcls: 'list',
  securityGroups: 'list',
  networkInterfaces: 'list',
  internetGateways: 'list',
  egressOnlyInternetGateways: 'list',
  natGateways: 'list',
  vpcEndpoints: 'list',
  managedPrefixLists: 'list',
  vpcPeeringConnections: 'list',
  transitGatewayVpcAttachments: 'list',
  transitGatewayTables: 'list',
  attachedVpcs: 'list',
  vpcBlockPublicAccess: 'object',
  vpcBlockPublicAccessExclusions: 'list',
  flowLogs: 'list',
  dhcpOptions: 'list',
  instances: 'list',
  firewalls: 'list',
  firewallPolicies: 'list',
  ruleGroups: 'list',
  loggingConfigurations: 'list',
  vpcEndpointAssociations: 'list',
  domains: 'list',
  userProfiles: 'list',
  spaces: 'list',
  apps: 'list',
  notebookInstances: 'list',
  executionRoles: 'list',
  logGroups: 'list',
  logBuckets: 'list',
  resolverFirewall: 'object',
  managedInstances: 'list',
};

type Members = Readonly<Record<string, unknown>>;
type Check = (holds: boolean, member: string, what: string) => void;

function checkTarget(target: unknown, check: Check): void {
  check(isMembers(target), 'target', 'is not an object');
  if (!isMembers(target)) return;
  check(
    ['lab', 'aws', 'snapshot'].includes(String(target['kind'])),
    'target.kind',
    'is not lab, aws or snapshot',
  );
  check(/^vpc-[0-9a-f]+$/.test(String(target['vpcId'])), 'target.vpcId', 'is not a VPC id');
  check(typeof target['region'] === 'string' && target['region'] !== '', 'target.region', 'is not a region');
  for (const member of ['account', 'stack', 'domainId'])
    check(isTextOrNull(target[member]), `target.${member}`, 'is neither text nor null');
}

function checkSections(sections: unknown, check: Check): void {
  check(isMembers(sections), 'sections', 'is not an object');
  if (!isMembers(sections)) return;
  for (const [name, shape] of Object.entries(SHAPES))
    checkSection(sections[name], { at: `sections.${name}`, shape, check });
  for (const name of Object.keys(sections))
    check(Object.hasOwn(SHAPES, name), `sections.${name}`, 'is not a known section');
}

function checkSection(
  section: unknown,
  { at, shape, check }: { readonly at: string; readonly shape: 'object' | 'list'; readonly check: Check },
): void {
  check(section !== undefined, at, 'is missing');
  check(isMembers(section), at, 'is not an object');
  if (!isMembers(section)) return;
  const { status, value, calls } = section;
  check(status === 'read' || status === 'unread', `${at}.status`, 'is neither "read" nor "unread"');
  if (status === 'unread') {
    check(isTime(section['at']), `${at}.at`, 'is not an ISO 8601 time');
    for (const member of ['operation', 'error', 'message'])
      check(typeof section[member] === 'string', `${at}.${member}`, 'is not text');
    check(isTextOrNull(section['missingPermission']), `${at}.missingPermission`, 'is neither text nor null');
    return;
  }
  check(isTime(section['readAt']), `${at}.readAt`, 'is not an ISO 8601 time');
  check(Array.isArray(calls) && calls.every(isApiCall), `${at}.calls`, 'is not a list of calls');
  check(
    shape === 'list' ? Array.isArray(value) && value.every(isMembers) : isMembers(value),
    `${at}.value`,
    shape === 'list' ? 'is not a list of objects' : 'is not an object',
  );
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isApiCall(value: unknown): boolean {
  if (!isMembers(value)) return false;
  const { operation, pages, responses } = value;
  // Snapshots from before responses were recorded have none.
  const known = responses === undefined || (Array.isArray(responses) && responses.every(isApiResponse));
  return typeof operation === 'string' && Number.isInteger(pages) && known;
}

function isApiResponse(value: unknown): boolean {
  if (!isMembers(value)) return false;
  const { requestId, sha256 } = value;
  const isHash = typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
  return isTextOrNull(requestId) && (sha256 === null || isHash);
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isTime(value: unknown): boolean {
  return (
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && !Number.isNaN(Date.parse(value))
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
