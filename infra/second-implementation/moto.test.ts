/**
 * The readers, unchanged, at moto's server: what they read of things made through its API is what was made, and what moto
 * does not have is unread. Runs where moto is installed in the cache; `npm run second-implementation` installs it.
 */
import { openCalls } from '../snapshot/calls';
import type { AwsConnection } from '../snapshot/clients';
import { executionRoleReaders } from '../snapshot/readers/execution-roles';
import { sectionValue, type Sections, type Snapshot, type Target } from '../snapshot/snapshot';
import { takeSnapshot } from '../snapshot/take-snapshot';
import { findTarget } from '../snapshot/target';
import { installedMoto, startMoto, type MotoServer } from './moto-server.fixture';
import { makeSmallNetwork, OWN_POLICY, type SmallNetwork } from './small-network.fixture';

const START_TIMEOUT_MS = 45_000;
const moto = installedMoto();

// Jest would count a skipped test against the whole run; this one says by its name that nothing was tried.
if (moto.status === 'missing') test(`not run: ${moto.because}`, () => expect(moto.status).toBe('missing'));
else describe("at moto's server", () => tests(moto.program));

function tests(program: string): void {
  let server: MotoServer;
  let connection: AwsConnection;
  let made: SmallNetwork;
  let target: Target;
  let snapshot: Snapshot;

  beforeAll(async () => {
    server = await startMoto(program, { timeoutMs: START_TIMEOUT_MS });
    connection = {
      region: 'us-east-1',
      endpoint: server.endpoint,
      credentials: { accessKeyId: 'MOTO', secretAccessKey: 'moto' },
    };
    made = await makeSmallNetwork(connection);
    target = await findTarget(connection, { vpcId: made.vpcId });
    snapshot = await takeSnapshot(connection, target, { budgetMs: 30_000 });
  }, START_TIMEOUT_MS + 60_000);
  afterAll(async () => server?.close());

  test('the target is found by its VPC and by its domain', async () => {
    expect(target).toMatchObject({ account: '123456789012', vpcId: made.vpcId, domainId: made.domainId });
    expect(await findTarget(connection, { domainId: made.domainId })).toMatchObject({ vpcId: made.vpcId });
  });

  test('the network is read as it was made', () => {
    expect(sectionValue(snapshot, 'vpc')).toMatchObject({ VpcId: made.vpcId, CidrBlock: '10.2.0.0/16' });
    expect(sectionValue(snapshot, 'subnets').map(({ SubnetId, CidrBlock }) => [SubnetId, CidrBlock])).toEqual(
      expect.arrayContaining([
        [made.publicSubnet, '10.2.1.0/24'],
        [made.studioSubnet, '10.2.3.0/24'],
      ]),
    );
    const table = (id: string) =>
      sectionValue(snapshot, 'routeTables').find(({ RouteTableId }) => RouteTableId === id);
    const byDefault = (id: string) =>
      table(id)?.Routes?.find(({ DestinationCidrBlock }) => DestinationCidrBlock === '0.0.0.0/0');
    expect(byDefault(made.publicTable)).toMatchObject({ GatewayId: made.internetGateway });
    expect(byDefault(made.studioTable)).toMatchObject({ NatGatewayId: made.natGateway });
    expect(table(made.studioTable)?.Associations?.map(({ SubnetId }) => SubnetId)).toContain(
      made.studioSubnet,
    );
    expect(sectionValue(snapshot, 'natGateways')).toMatchObject([
      { NatGatewayId: made.natGateway, SubnetId: made.publicSubnet },
    ]);
    expect(sectionValue(snapshot, 'internetGateways')).toMatchObject([
      { InternetGatewayId: made.internetGateway },
    ]);
    expect(sectionValue(snapshot, 'vpcEndpoints')).toMatchObject([
      { VpcEndpointId: made.endpoint, VpcEndpointType: 'Gateway', RouteTableIds: [made.studioTable] },
    ]);
    expect(sectionValue(snapshot, 'securityGroups').map(({ GroupId }) => GroupId)).toContain(made.group);
  });

  test('Studio, and where the flow log goes to, are read as they were made', () => {
    expect(sectionValue(snapshot, 'domains')).toMatchObject([
      { DomainId: made.domainId, VpcId: made.vpcId, SubnetIds: [made.studioSubnet] },
    ]);
    expect(sectionValue(snapshot, 'flowLogs')).toMatchObject([{ ResourceId: made.vpcId }]);
    expect(sectionValue(snapshot, 'logGroups').map(({ logGroupName }) => logGroupName)).toEqual([
      made.logGroup,
    ]);
  });

  test("a role's policy comes back as it was written", async () => {
    const calls = openCalls(connection);
    try {
      const section = async (name: keyof Sections): Promise<never> => {
        const values: unknown = name === 'domains' ? sectionValue(snapshot, 'domains') : [];
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the reader asks for these two sections alone
        return values as never;
      };
      const { ask, pages } = calls;
      const roles = await executionRoleReaders.executionRoles({
        target,
        ask,
        pages,
        section,
        sectionIfRead: section,
      });
      expect(roles.map(({ RoleArn }) => RoleArn)).toEqual([made.roleArn]);
      expect(JSON.parse(roles[0]?.policies[0]?.document ?? '')).toEqual(JSON.parse(OWN_POLICY));
    } finally {
      calls.close();
    }
  });

  test('what moto does not have is unread, and nothing is taken for empty', () => {
    const unread = Object.entries(snapshot.sections).flatMap(([name, section]) =>
      section.status === 'unread' ? [name] : [],
    );
    for (const name of ['managedInstances', 'vpcBlockPublicAccess', 'userProfiles', 'spaces', 'apps'])
      expect(unread).toContain(name);
    for (const name of ['vpc', 'routeTables', 'natGateways', 'domains', 'firewalls'])
      expect(unread).not.toContain(name);
  });
}
