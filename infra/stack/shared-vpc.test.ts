/** The recommended stack in a VPC that another account shares: what the participant does not see is unknown, not absent. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { plannedChecks } from '../../commands/collect';
import { readIntentFile } from '../../commands/intent-file';
import { declaredIntent } from '../../suites/declared-intent';
import type { Finding } from '../../suites/evidence';
import { judge } from '../../suites/judge';
import { checkFiles, loadCheck } from '../../suites/registry';
import { raiseLab, type Lab } from '../lab/lab';
import type { SectionName, Snapshot } from '../snapshot/snapshot';
import { takeSnapshot } from '../snapshot/take-snapshot';
import { findTarget } from '../snapshot/target';

const PATH = join(__dirname, 'studio-firewall.yaml');
const INTENT = join(__dirname, 'studio-firewall.intent.yaml');
const OWNER = '999999999999';

const UNSEEN: readonly SectionName[] = [
  'natGateways',
  'egressOnlyInternetGateways',
  'flowLogs',
  'vpcEndpoints',
  'networkInterfaces',
  'securityGroups',
  'vpcPeeringConnections',
  'transitGatewayVpcAttachments',
  'vpcBlockPublicAccess',
  'vpcBlockPublicAccessExclusions',
  'firewalls',
  'vpcEndpointAssociations',
  'resolverFirewall',
];

let lab: Lab;
beforeAll(async () => {
  const template = readFileSync(PATH, 'utf8');
  lab = await raiseLab({ template, templatePath: PATH, parameters: {}, network: false });
}, 60_000);
afterAll(async () => lab.close());

async function read(): Promise<Snapshot> {
  return takeSnapshot(lab.connection, await findTarget(lab.connection, { stack: lab.stackName }));
}

/** Makes the network another account's, as its participant sees it; undone by the function that is returned. */
function share(): () => void {
  const records = [...lab.state.vpcs.values(), ...lab.state.subnets.values()];
  const owners = records.map(({ OwnerId }) => OwnerId);
  for (const record of records) record.OwnerId = OWNER;
  return () => records.forEach((record, index) => (record.OwnerId = owners[index]));
}

function findingsOf(snapshot: Snapshot): readonly Finding[] {
  const intent = declaredIntent(readIntentFile('--intent', INTENT), snapshot);
  const planned = new Set(plannedChecks({ suites: null, probes: false, waivers: null }).map(({ id }) => id));
  return checkFiles()
    .filter(({ id }) => planned.has(id))
    .flatMap((file) =>
      judge(loadCheck(file), { snapshot, intent, live: { status: 'not-run', because: '' } }),
    );
}

test('what a participant does not see is unread, is not asked for, and the owner is named', async () => {
  const undo = share();
  const before = lab.server.calls.length;
  const { sections } = await read();
  undo();
  for (const name of UNSEEN) {
    expect([name, sections[name].status]).toEqual([name, 'unread']);
    expect(JSON.stringify(sections[name])).toContain(`belongs to the account ${OWNER}`);
  }
  for (const name of ['vpc', 'subnets', 'routeTables', 'networkAcls', 'internetGateways', 'domains'] as const)
    expect([name, sections[name].status]).toEqual([name, 'read']);
  const asked = lab.server.calls.slice(before).map(({ operation }) => operation);
  for (const operation of ['DescribeNatGateways', 'DescribeVpcEndpoints', 'ListFirewalls'])
    expect(asked).not.toContain(operation);
});

test('no check of the network passes on a part of it', async () => {
  const own = findingsOf(await read());
  const undo = share();
  const shared = findingsOf(await read());
  undo();
  const passing = (findings: readonly Finding[]) => [
    ...new Set(findings.flatMap(({ check, outcome }) => (outcome === 'pass' ? [check] : []))),
  ];
  expect(shared.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
  // These are about what the participant owns, Studio's settings and roles, and the VPC's DHCP options, which it is shown.
  expect(passing(shared)).toEqual([
    'dns/no-foreign-resolver',
    'vpc-only/domain-is-vpc-only',
    'vpc-only/jobs-must-use-vpc',
    'vpc-only/notebooks-have-no-direct-internet',
  ]);
  expect(passing(own).length).toBeGreaterThanOrEqual(40);
});

test('neither an unknown caller nor an owner that AWS does not name makes a VPC one’s own', async () => {
  const target = await findTarget(lab.connection, { stack: lab.stackName });
  const anonymous = await takeSnapshot(lab.connection, { ...target, account: null });
  expect(anonymous.sections.natGateways).toMatchObject({
    status: 'unread',
    operation: 'sts:GetCallerIdentity',
  });
  const undo = share();
  for (const record of [...lab.state.vpcs.values(), ...lab.state.subnets.values()]) delete record.OwnerId;
  const ownerless = await takeSnapshot(lab.connection, target);
  undo();
  expect(ownerless.sections.firewalls).toMatchObject({ status: 'unread', operation: 'ec2:DescribeVpcs' });
});
