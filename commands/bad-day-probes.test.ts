/**
 * The real command when something breaks while its probes are under way: what was lost is unknown, what was read before is
 * judged, nothing is left running, and the run ends in bounded time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import {
  DescribeRuleGroupCommand,
  ListRuleGroupsCommand,
  UpdateRuleGroupCommand,
} from '@aws-sdk/client-network-firewall';
import type { Lab } from '../infra/lab/lab';
import { cloudFormationClient, ec2Client, networkFirewallClient } from '../infra/snapshot/clients';
import { asked, badDay, expectWhole, openCommands, reached, type BadDay } from './bad-day.fixture';
import { expectExit, labForTest, RECOMMENDED_INTENT } from './lab-run.fixture';

jest.setTimeout(180_000);

const ARGV = [
  '--intent',
  RECOMMENDED_INTENT,
  '--probe-timeout',
  '3',
  '--denied-timeout',
  '1',
  '--log-timeout',
  '5',
];

let lab: Lab;
beforeAll(async () => (lab = await labForTest()));
afterEach(() => lab.server.faults.clear());
afterAll(async () => lab.close());

/** A whole run that must have lost its live half alone. What could not be cancelled ends by its own bound. */
async function expectConfigurationJudged(run: BadDay): Promise<void> {
  expectWhole(run);
  expect(run.outcomes('routing/egress-crosses-firewall')).toEqual(['pass']);
  expect(run.outcomes('egress/denied-are-blocked')).not.toContain('pass');
  expectExit(run, 2);
  const deadline = Date.now() + 40_000;
  while (openCommands(lab).length > 0 && Date.now() < deadline) await sleep(100);
  expect(openCommands(lab)).toEqual([]);
}

test('credentials that expire just before the probes', async () => {
  lab.server.faults.add({ on: 'ssm:SendCommand', kind: 'expired' });
  const run = await badDay({ lab, argv: ARGV });
  await expectConfigurationJudged(run);
});

test('credentials that expire while the probes run', async () => {
  const run = await badDay({
    lab,
    argv: ARGV,
    meanwhile: async (signal) => {
      await reached(asked(lab, 'GetCommandInvocation'), { signal });
      lab.server.faults.add({ on: '*', kind: 'expired' });
    },
  });
  await expectConfigurationJudged(run);
});

test('credentials that expire while the log is read', async () => {
  lab.server.faults.add({ on: 'logs:FilterLogEvents', kind: 'expired' });
  const run = await badDay({ lab, argv: ARGV });
  await expectConfigurationJudged(run);
});

test('the domain deleted while the probes run', async () => {
  const domains = [...lab.state.domains.entries()];
  try {
    const run = await badDay({
      lab,
      argv: ARGV,
      meanwhile: async (signal) => {
        await reached(asked(lab, 'SendCommand'), { signal });
        lab.state.domains.clear();
      },
    });
    await expectConfigurationJudged(run);
    expect(run.evidence.run.changes).toContainEqual(
      expect.objectContaining({ section: 'domains', because: expect.stringMatching(/is gone/) }),
    );
  } finally {
    domains.forEach(([id, domain]) => lab.state.domains.set(id, domain));
  }
});

test('a rule group changed while the probes run', async () => {
  const firewall = await networkFirewallClient(lab.connection);
  try {
    const run = await badDay({
      lab,
      argv: ARGV,
      meanwhile: async (signal) => {
        await reached(asked(lab, 'SendCommand'), { signal });
        const Type = 'STATEFUL';
        const { RuleGroups = [] } = await firewall.send(new ListRuleGroupsCommand({ Type }));
        for (const { Arn: RuleGroupArn } of RuleGroups) {
          const { RuleGroup, UpdateToken } = await firewall.send(
            new DescribeRuleGroupCommand({ RuleGroupArn, Type }),
          );
          const list = RuleGroup?.RulesSource?.RulesSourceList;
          if (list?.Targets === undefined) continue;
          list.Targets.push('.changed.example');
          await firewall.send(new UpdateRuleGroupCommand({ RuleGroupArn, RuleGroup, UpdateToken, Type }));
          return;
        }
        throw new Error('the stack has no list of names');
      },
    });
    await expectConfigurationJudged(run);
    expect(run.evidence.run.changes).toContainEqual(expect.objectContaining({ section: 'ruleGroups' }));
    expect(run.outcomes('egress/allowed-connect')).not.toContain('pass');
  } finally {
    firewall.destroy();
  }
});

test('the probe host terminated while the probes run', async () => {
  const ec2 = await ec2Client(lab.connection);
  try {
    const run = await badDay({
      lab,
      argv: ARGV,
      meanwhile: async (signal) => {
        await reached(asked(lab, 'GetCommandInvocation'), { signal });
        const InstanceIds = [...lab.state.instances.keys()];
        await ec2.send(new TerminateInstancesCommand({ InstanceIds }));
      },
    });
    await expectConfigurationJudged(run);
    expect(run.evidence.run.changes).toEqual([
      {
        section: 'instances',
        because: expect.stringMatching(/^The probe host i-\w+ is (gone|terminated)\.$/),
      },
    ]);
    expect(run.evidence.summary.fail).toBe(0);
  } finally {
    ec2.destroy();
  }
});

test('the stack deleted while the probes run', async () => {
  const doomed = await labForTest();
  const cloudFormation = await cloudFormationClient(doomed.connection);
  try {
    const run = await badDay({
      lab: doomed,
      argv: ARGV,
      meanwhile: async (signal) => {
        await reached(asked(doomed, 'GetCommandInvocation'), { signal });
        await cloudFormation.send(new DeleteStackCommand({ StackName: doomed.stackName }));
      },
    });
    await expectConfigurationJudged(run);
    expect((run.evidence.run.changes ?? []).length).toBeGreaterThan(5);
    expect(openCommands(doomed)).toEqual([]);
  } finally {
    cloudFormation.destroy();
    await doomed.close();
  }
});
