/** Things that are deleted between the list that names them and the call that describes them, as in a busy account. */
import * as nfw from '@aws-sdk/client-network-firewall';
import * as sagemaker from '@aws-sdk/client-sagemaker';
import { buildStudio, startLabAccount, type LabAccount } from '../lab-account.fixture';
import type { SectionName, Target } from '../snapshot';
import { takeSnapshot } from '../take-snapshot';

let account: LabAccount;
let target: Target;
/** What is deleted as soon as the list that names it was answered, by the list's operation. */
let deletions: Map<string, () => void>;

beforeEach(async () => {
  account = await startLabAccount({ pageSize: 100 });
  target = await buildStudio(account);
  await furtherThings();
  deletions = new Map();
  account.server.watch(({ operation }) => {
    deletions.get(operation)?.();
    deletions.delete(operation);
  });
});
afterEach(async () => account.server.close());

async function furtherThings(): Promise<void> {
  const { server, state } = account;
  const [firewall] = state.firewalls.values();
  const subnet = Object.values(firewall?.FirewallStatus.SyncStates ?? {})[0]?.Attachment?.SubnetId ?? '';
  await server.api.call('network-firewall', nfw.CreateVpcEndpointAssociationCommand, {
    FirewallArn: firewall?.Firewall.FirewallArn ?? '',
    VpcId: target.vpcId,
    SubnetMapping: { SubnetId: subnet },
  });
  const DomainId = target.domainId ?? '';
  await server.api.call('sagemaker', sagemaker.CreateSpaceCommand, {
    DomainId,
    SpaceName: 'team',
    SpaceSharingSettings: { SharingType: 'Shared' },
    OwnershipSettings: { OwnerUserProfileName: 'ada' },
  });
  await server.api.call('sagemaker', sagemaker.CreateNotebookInstanceCommand, {
    NotebookInstanceName: 'old',
    InstanceType: 'ml.t3.medium',
    RoleArn: 'arn:aws:iam::123456789012:role/studio/studio-user',
  });
}

const STORES = [
  ['userProfiles', 'ListUserProfiles', 'userProfiles', 'sagemaker:DescribeUserProfile'],
  ['spaces', 'ListSpaces', 'spaces', 'sagemaker:DescribeSpace'],
  ['notebookInstances', 'ListNotebookInstances', 'notebookInstances', 'sagemaker:DescribeNotebookInstance'],
  [
    'vpcEndpointAssociations',
    'ListVpcEndpointAssociations',
    'vpcEndpointAssociations',
    'network-firewall:DescribeVpcEndpointAssociation',
  ],
] as const;

const first = (store: ReadonlyMap<string, unknown>): string => [...store.keys()][0] ?? '';
const read = async (name: SectionName) => (await takeSnapshot(account.connection, target)).sections[name];

test.each(STORES)('%s: what was deleted after %s is left out', async (name, list, store) => {
  const before = await read(name);
  const entries: Map<string, unknown> = account.state[store];
  deletions.set(list, () => entries.delete(first(entries)));
  const after = await read(name);
  if (before.status === 'unread' || after.status === 'unread') throw new Error(`${name} is unread`);
  expect(before.value).not.toHaveLength(0);
  expect(after.value).toEqual(Object.values(before.value).slice(1));
});

test.each(STORES)(
  '%s: what the list still names is unread, not left out',
  async (name, _list, _store, on) => {
    const isNotebook = name === 'notebookInstances';
    const code = on.startsWith('sagemaker:') ? 'ResourceNotFound' : 'ResourceNotFoundException';
    account.server.faults.add(
      isNotebook
        ? { kind: 'error', on, code: 'ValidationException', status: 400, message: 'RecordNotFound' }
        : { kind: 'error', on, code, status: 400 },
    );
    expect(await read(name)).toMatchObject({ status: 'unread', operation: on });
  },
);

test('a domain from Unified Studio that is in no VPC hides none of the others; one whose VPC was not returned does', async () => {
  const { domains } = account.state;
  const [[, domain] = []] = domains;
  const { VpcId: _vpc, SubnetIds: _subnets, ...elsewhere } = { ...domain };
  const unified = {
    ...elsewhere,
    DomainId: 'd-unified',
    AppNetworkAccessType: 'PublicInternetOnly' as const,
  };
  domains.set('d-unified', unified);
  expect(await read('userProfiles')).toMatchObject({ status: 'read', value: { length: 3 } });
  domains.set('d-unified', { ...unified, AppNetworkAccessType: 'VpcOnly' });
  expect(await read('userProfiles')).toMatchObject({ status: 'unread', error: 'NotReturned' });
});
