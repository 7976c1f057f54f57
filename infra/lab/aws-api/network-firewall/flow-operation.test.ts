/** Flow operations over the wire, with the SDK's own client. */
import {
  DescribeFlowOperationCommand,
  InvalidRequestException,
  ResourceNotFoundException,
  StartFlowFlushCommand,
  type StartFlowFlushCommandInput,
} from '@aws-sdk/client-network-firewall';
import { createFirewall, openAccount, type TestAccount } from './account-for-tests';

const FILTER = { SourceAddress: { AddressDefinition: '10.0.1.0/24' } };

let account: TestAccount;
let arn: string;
beforeEach(async () => {
  account = await openAccount();
  ({ arn } = await createFirewall(account));
});
afterEach(async () => account.close());

const start = async (input: Partial<StartFlowFlushCommandInput>) =>
  account.nfw.send(new StartFlowFlushCommand({ FirewallArn: arn, FlowFilters: [FILTER], ...input }));

test('a flush is asynchronous, and says what it was asked', async () => {
  const started = await start({ MinimumFlowAgeInSeconds: 5 });
  expect(started).toMatchObject({ FirewallArn: arn, FlowOperationStatus: 'IN_PROGRESS' });
  const described = await account.nfw.send(
    new DescribeFlowOperationCommand({ FirewallArn: arn, FlowOperationId: started.FlowOperationId }),
  );
  expect(described).toMatchObject({
    FlowOperationId: started.FlowOperationId,
    FlowOperationType: 'FLOW_FLUSH',
    FlowOperationStatus: 'COMPLETED',
    FlowOperation: { FlowFilters: [FILTER], MinimumFlowAgeInSeconds: 5 },
  });
});

test.each<[string, Partial<StartFlowFlushCommandInput>]>([
  ['no filter', { FlowFilters: [] }],
  ['more filters than 20', { FlowFilters: Array.from({ length: 21 }, () => FILTER) }],
  ['words in place of an address', { FlowFilters: [{ SourceAddress: { AddressDefinition: 'all' } }] }],
  ['a zone without an endpoint', { AvailabilityZone: 'us-east-1f' }],
])('%s is refused', async (_what, input) => {
  await expect(start(input)).rejects.toBeInstanceOf(InvalidRequestException);
});

test('what is not there is not found', async () => {
  await expect(start({ FirewallArn: `${arn}x` })).rejects.toBeInstanceOf(ResourceNotFoundException);
  await expect(start({ VpcEndpointAssociationArn: arn })).rejects.toBeInstanceOf(ResourceNotFoundException);
  const unknown = new DescribeFlowOperationCommand({ FirewallArn: arn, FlowOperationId: '0'.repeat(32) });
  await expect(account.nfw.send(unknown)).rejects.toBeInstanceOf(ResourceNotFoundException);
});
