/** Rule groups over the wire, with the SDK's own client. */
import {
  DeleteRuleGroupCommand,
  DescribeRuleGroupCommand,
  InvalidOperationException,
  InvalidRequestException,
  InvalidTokenException,
  paginateListRuleGroups,
  ResourceNotFoundException,
  type RuleGroup,
  UpdateRuleGroupCommand,
} from '@aws-sdk/client-network-firewall';
import { createFirewall, createGroup, domainList, openAccount, type TestAccount } from './account-for-tests';

let account: TestAccount;
let nfw: TestAccount['nfw'];
beforeEach(async () => {
  account = await openAccount();
  ({ nfw } = account);
});
afterEach(() => account.close());

describe('rule groups', () => {
  test('are described as they were created, with what the service adds', async () => {
    const arn = await createGroup(account, 'list', domainList(['.kaggle.com', 'example.org']));
    const described = await nfw.send(
      new DescribeRuleGroupCommand({ RuleGroupName: 'list', Type: 'STATEFUL' }),
    );
    expect(described.RuleGroup).toEqual(domainList(['.kaggle.com', 'example.org']));
    expect(described.RuleGroupResponse).toMatchObject({
      RuleGroupArn: arn,
      RuleGroupStatus: 'ACTIVE',
      Capacity: 100,
      ConsumedCapacity: 4,
      NumberOfAssociations: 0,
      LastModifiedTime: new Date('2026-01-02T03:04:05.678Z'),
    });
    expect(arn).toBe('arn:aws:network-firewall:us-east-1:123456789012:stateful-rulegroup/list');
    await expect(
      nfw.send(new DescribeRuleGroupCommand({ RuleGroupName: 'other', Type: 'STATEFUL' })),
    ).rejects.toThrow(ResourceNotFoundException);
  });

  test('are listed page by page', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await createGroup(account, name);
    const pages: (string | undefined)[][] = [];
    for await (const page of paginateListRuleGroups({ client: nfw }, {}))
      pages.push((page.RuleGroups ?? []).map((group) => group.Name));
    expect(pages).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  test('change only with the current token', async () => {
    const arn = await createGroup(account, 'list');
    const { UpdateToken } = await nfw.send(new DescribeRuleGroupCommand({ RuleGroupArn: arn }));
    const update = () =>
      nfw.send(
        new UpdateRuleGroupCommand({
          RuleGroupArn: arn,
          UpdateToken,
          RuleGroup: domainList(['.kaggle.com', '.github.com']),
        }),
      );
    const updated = await update();
    expect(updated.UpdateToken).not.toBe(UpdateToken);
    await expect(update()).rejects.toThrow(InvalidTokenException);
    const { RuleGroup: group } = await nfw.send(new DescribeRuleGroupCommand({ RuleGroupArn: arn }));
    expect(group?.RulesSource?.RulesSourceList?.Targets).toEqual(['.kaggle.com', '.github.com']);
  });

  const wrong: [string, RuleGroup, string][] = [
    ['no rules', { RulesSource: {} }, 'exactly one of'],
    [
      'two kinds of rules',
      { RulesSource: { ...domainList(['a.org']).RulesSource, RulesString: 'x' } },
      'exactly one of',
    ],
    [
      'stateless rules in a stateful group',
      { RulesSource: { StatelessRulesAndCustomActions: { StatelessRules: [] } } },
      'cannot have StatelessRulesAndCustomActions',
    ],
    ['a wildcard', domainList(['*.kaggle.com']), '*.kaggle.com is not a domain specification'],
    ['a URL', domainList(['https://kaggle.com']), 'is not a domain specification'],
    ['a domain with a blank', domainList(['kaggle.com ']), 'is not a domain specification'],
    ['an empty list', domainList([]), 'Targets is empty'],
    [
      'a rule without sid',
      { RulesSource: { RulesString: 'pass ip any any -> any any (msg:"x";)' } },
      'line 1',
    ],
    [
      'a sid used twice',
      {
        RulesSource: {
          RulesString:
            '# two\npass tcp any any -> any any (sid:1;)\ndrop tcp any any -> any any (msg:"x"; sid:1;)',
        },
      },
      'line 3: sid 1 is used twice',
    ],
    [
      'too much for its capacity',
      domainList(Array.from({ length: 51 }, (_, index) => `d${index}.org`)),
      'need a capacity of 102',
    ],
    [
      'a wrong variable',
      { ...domainList(['a.org']), RuleVariables: { IPSets: { HOME_NET: { Definition: ['10.0.0/8'] } } } },
      '10.0.0/8 is not an IP address or CIDR block',
    ],
  ];
  test.each(wrong)('with %s are refused', async (_, group, message) => {
    const refused = createGroup(account, 'wrong', group);
    await expect(refused).rejects.toThrow(InvalidRequestException);
    await expect(refused).rejects.toThrow(message);
  });

  test('in use cannot be deleted, nor given another rule order than their policies', async () => {
    const { groupArn } = await createFirewall(account);
    await expect(nfw.send(new DeleteRuleGroupCommand({ RuleGroupArn: groupArn }))).rejects.toThrow(
      InvalidOperationException,
    );
    const { UpdateToken } = await nfw.send(new DescribeRuleGroupCommand({ RuleGroupArn: groupArn }));
    const update = new UpdateRuleGroupCommand({
      RuleGroupArn: groupArn,
      UpdateToken,
      RuleGroup: domainList(['.kaggle.com'], 'STRICT_ORDER'),
    });
    await expect(nfw.send(update)).rejects.toThrow('they must be the same');
  });
});
