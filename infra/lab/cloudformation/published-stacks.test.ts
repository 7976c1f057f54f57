import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkTemplate } from './explain-failure';
import {
  createStack,
  deleteStack,
  holdings,
  type LabAccount,
  openLabAccount,
  outputsOf,
  updateStack,
} from './lab-account.fixture';

let account: LabAccount;
beforeEach(async () => {
  account = await openLabAccount();
});
afterEach(() => account.close());

const stackFile = (name: string) => readFileSync(join(__dirname, '..', '..', 'stack', name), 'utf8');

test.each(['as-published.yaml', 'studio-firewall.yaml'])(
  '%s deploys, and its routes lead through the firewall',
  async (name) => {
    const template = stackFile(name);
    checkTemplate(template, {});
    const stack = await createStack(account, 'studio', { template });
    expect([stack.StackStatus, stack.StackStatusReason]).toEqual(['CREATE_COMPLETE', undefined]);
    const { state } = account;
    const endpoint = outputsOf(stack)['FirewallEndpointId'];
    expect(state.vpcEndpoints.get(endpoint ?? '')?.VpcEndpointType).toBe('GatewayLoadBalancer');
    const routesTo = [...state.routeTables.values()].flatMap(({ Routes }) =>
      (Routes ?? []).filter(({ GatewayId }) => GatewayId === endpoint),
    );
    expect(new Set(routesTo.map(({ DestinationCidrBlock }) => DestinationCidrBlock))).toEqual(
      new Set(['0.0.0.0/0', '10.2.2.0/24']),
    );
  },
);

/** The VPC and Studio's subnet with what belongs to a VPC, logs, buckets and keys. */
const RETAINED = [
  'buckets',
  'logEvents',
  'logGroups',
  'networkAcls',
  'plainResources',
  'routeTables',
  'securityGroups',
  'subnets',
  'vpcAttributes',
  'vpcs',
];

test('the recommended stack takes new domains, and is gone after deletion but for what it retains', async () => {
  const template = stackFile('studio-firewall.yaml');
  const { state } = account;
  const before = holdings(state);
  const open = { Protection: 'false' };
  await createStack(account, 'studio', { template, parameters: open });
  const stack = await updateStack(account, 'studio', {
    template,
    parameters: { ...open, AllowedDomains: '.kaggle.com,.github.com' },
  });
  expect([stack.StackStatus, stack.StackStatusReason]).toEqual(['UPDATE_COMPLETE', undefined]);
  expect(
    [...state.ruleGroups.values()].flatMap(
      ({ RuleGroup }) => RuleGroup.RulesSource?.RulesSourceList?.Targets ?? [],
    ),
  ).toEqual(['.kaggle.com', '.github.com']);
  const deleted = await deleteStack(account, stack);
  expect([deleted.StackStatus, deleted.StackStatusReason]).toEqual(['DELETE_COMPLETE', undefined]);
  const left = holdings(state);
  const retained = Object.keys(left).filter(
    (name) => JSON.stringify(left[name]) !== JSON.stringify(before[name]),
  );
  expect(new Set(retained)).toEqual(new Set(RETAINED));
});

test('a recommended stack that cannot be completed leaves nothing', async () => {
  const before = holdings(account.state);
  // The probe host is among the last; all the rest exists when it fails.
  const template = stackFile('studio-firewall.yaml').replace(
    'IamInstanceProfile: !Ref ProbeHostInstanceProfile',
    'IamInstanceProfile: nobody',
  );
  const stack = await createStack(account, 'studio', { template });
  expect(stack.StackStatusReason).toMatch(
    /Resources\.ProbeHost\.Properties\.IamInstanceProfile \(line \d+\)/,
  );
  expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
  const after = holdings(account.state);
  expect(after).toEqual(before);
});
