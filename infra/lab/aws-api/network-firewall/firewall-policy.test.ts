/** Firewall policies over the wire, with the SDK's own client. */
import {
  DescribeFirewallPolicyCommand,
  type FirewallPolicy,
  InvalidRequestException,
} from '@aws-sdk/client-network-firewall';
import {
  createGroup,
  domainList,
  forwarding,
  policyOf,
  openAccount,
  type TestAccount,
} from './account-for-tests';

let account: TestAccount;
let nfw: TestAccount['nfw'];
beforeEach(async () => {
  account = await openAccount();
  ({ nfw } = account);
});
afterEach(() => account.close());

describe('firewall policies', () => {
  test('need the rule groups, orders, priorities and default actions to fit', async () => {
    const byAction = await createGroup(account, 'by-action');
    const strict = await createGroup(account, 'strict', domainList(['.kaggle.com'], 'STRICT_ORDER'));
    const strictOptions = { StatefulEngineOptions: { RuleOrder: 'STRICT_ORDER' } } as const;
    const refused: [Partial<FirewallPolicy>, string][] = [
      [{ StatefulRuleGroupReferences: [{ ResourceArn: `${strict}x` }] }, 'does not exist'],
      [{ StatefulRuleGroupReferences: [{ ResourceArn: strict }] }, 'they must be the same'],
      [
        { ...strictOptions, StatefulRuleGroupReferences: [{ ResourceArn: byAction, Priority: 1 }] },
        'they must be the same',
      ],
      [{ ...strictOptions, StatefulRuleGroupReferences: [{ ResourceArn: strict }] }, 'needs a Priority'],
      [{ StatefulRuleGroupReferences: [{ ResourceArn: byAction, Priority: 1 }] }, 'cannot have a Priority'],
      [{ StatefulRuleGroupReferences: [{ ResourceArn: byAction }, { ResourceArn: byAction }] }, 'used twice'],
      [{ StatefulDefaultActions: ['aws:drop_strict'] }, 'only with the rule order STRICT_ORDER'],
      [{ ...strictOptions, StatefulDefaultActions: ['aws:pass'] }, 'aws:pass is invalid'],
      [
        { ...strictOptions, StatefulDefaultActions: ['aws:drop_strict', 'aws:drop_established'] },
        'cannot exist together',
      ],
      [
        {
          ...strictOptions,
          StatefulDefaultActions: ['aws:drop_established', 'aws:alert_established_app_layer'],
        },
        'cannot exist together',
      ],
      [{ StatelessDefaultActions: ['aws:forward_to_sfe', 'aws:drop'] }, 'exactly one of'],
      [{ StatelessDefaultActions: ['aws:forward_to_sfe', 'count'] }, 'custom action count is not defined'],
      [{ StatelessRuleGroupReferences: [{ ResourceArn: byAction, Priority: 1 }] }, 'stateless rule group'],
    ];
    for (const [policy, message] of refused) {
      const call = nfw.send(policyOf('refused', policy));
      await expect(call).rejects.toThrow(InvalidRequestException);
      await expect(call).rejects.toThrow(message);
    }
    const accepted: Partial<FirewallPolicy> = {
      ...strictOptions,
      StatefulDefaultActions: ['aws:drop_established', 'aws:alert_established', 'aws:alert_strict'],
      StatefulRuleGroupReferences: [{ ResourceArn: strict, Priority: 1 }],
    };
    await nfw.send(policyOf('accepted', accepted));
    const { FirewallPolicy: policy, FirewallPolicyResponse: response } = await nfw.send(
      new DescribeFirewallPolicyCommand({ FirewallPolicyName: 'accepted' }),
    );
    expect(policy).toEqual({ ...forwarding, ...accepted });
    expect(response).toMatchObject({ ConsumedStatefulRuleCapacity: 100, NumberOfAssociations: 0 });
  });
});
