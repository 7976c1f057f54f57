/** Accounts for bench/api-calls.ts: the recommended stack, and so many more resources of one class in its VPC. */
import type { LabState } from '../infra/lab/state';
import type { Target } from '../infra/snapshot/snapshot';
import { range } from './zoned-plan';

export interface ResourceClass {
  readonly name: string;
  /** Puts so many more into the account, as the API would describe them. */
  readonly add: (state: LabState, growth: Growth) => void;
}

export interface Growth {
  readonly target: Target;
  readonly count: number;
}

/** Numbered copies of a map's first entry of the target's VPC. */
interface Copying<T> {
  readonly of: (entry: T) => boolean;
  readonly key: (index: number) => string;
  readonly copy: (entry: T, index: number) => T;
  readonly count: number;
}

function copies<T>(map: Map<string, T>, { of, key, copy, count }: Copying<T>): void {
  const first = [...map.values()].find(of);
  if (first === undefined) throw new Error('the stack has nothing of this class to be copied');
  for (const index of range(count)) map.set(key(index), copy(structuredClone(first), index));
}

/** An id in AWS's form that the lab gives nobody: its own begin with other digits. */
const idOf = (prefix: string, index: number): string =>
  `${prefix}-${(0xfee0000000000000n + BigInt(index)).toString(16).padStart(17, '0')}`;

export const CLASSES: readonly ResourceClass[] = [
  {
    name: 'subnets',
    add: ({ subnets }, { target, count }) =>
      copies(subnets, {
        of: ({ VpcId }) => VpcId === target.vpcId,
        key: (index) => idOf('subnet', index),
        copy: (subnet, index) => ({ ...subnet, SubnetId: idOf('subnet', index) }),
        count,
      }),
  },
  {
    name: 'route tables',
    add: ({ routeTables }, { target, count }) =>
      copies(routeTables, {
        of: ({ VpcId }) => VpcId === target.vpcId,
        key: (index) => idOf('rtb', index),
        copy: (table, index) => ({ ...table, RouteTableId: idOf('rtb', index), Associations: [] }),
        count,
      }),
  },
  {
    name: 'security groups',
    add: ({ securityGroups }, { target, count }) =>
      copies(securityGroups, {
        of: ({ VpcId }) => VpcId === target.vpcId,
        key: (index) => idOf('sg', index),
        copy: (group, index) => ({ ...group, GroupId: idOf('sg', index) }),
        count,
      }),
  },
  {
    name: 'endpoints',
    add: ({ vpcEndpoints }, { target, count }) =>
      copies(vpcEndpoints, {
        of: ({ VpcId, VpcEndpointType }) => VpcId === target.vpcId && VpcEndpointType === 'Interface',
        key: (index) => idOf('vpce', index),
        copy: (endpoint, index) => ({ ...endpoint, VpcEndpointId: idOf('vpce', index) }),
        count,
      }),
  },
  {
    name: 'firewalls',
    add: ({ firewalls, loggingConfigurations }, { target, count }) => {
      const arn = (index: number) =>
        `arn:aws:network-firewall:${target.region}:${target.account}:firewall/copy-${index}`;
      copies(firewalls, {
        of: ({ Firewall }) => Firewall.VpcId === target.vpcId,
        key: arn,
        copy: (stored, index) => ({
          ...stored,
          Firewall: { ...stored.Firewall, FirewallArn: arn(index), FirewallName: `copy-${index}` },
        }),
        count,
      });
      copies(loggingConfigurations, {
        of: () => true,
        key: arn,
        copy: (configuration) => configuration,
        count,
      });
    },
  },
  {
    name: 'rule groups',
    add: ({ ruleGroups, firewallPolicies }, { target, count }) => {
      const arn = (index: number) =>
        `arn:aws:network-firewall:${target.region}:${target.account}:stateful-rulegroup/copy-${index}`;
      copies(ruleGroups, {
        of: () => true,
        key: arn,
        copy: (stored, index) => ({
          ...stored,
          RuleGroupResponse: {
            ...stored.RuleGroupResponse,
            RuleGroupArn: arn(index),
            RuleGroupName: `copy-${index}`,
          },
        }),
        count,
      });
      for (const stored of firewallPolicies.values())
        stored.FirewallPolicy = {
          ...stored.FirewallPolicy,
          StatefulRuleGroupReferences: [
            ...(stored.FirewallPolicy.StatefulRuleGroupReferences ?? []),
            ...range(count).map((index) => ({ ResourceArn: arn(index), Priority: 1_000 + index })),
          ],
        };
    },
  },
  {
    name: 'user profiles',
    add: ({ userProfiles }, { target, count }) =>
      copies(userProfiles, {
        of: ({ DomainId }) => DomainId === target.domainId,
        key: (index) => `${target.domainId}/user-${index}`,
        copy: (profile, index) => ({ ...profile, UserProfileName: `user-${index}` }),
        count,
      }),
  },
  {
    name: 'spaces',
    add: ({ spaces }, { target, count }) => {
      for (const index of range(count))
        spaces.set(`${target.domainId}/space-${index}`, {
          DomainId: target.domainId ?? '',
          SpaceName: `space-${index}`,
          Status: 'InService',
        });
    },
  },
  {
    name: 'apps',
    add: ({ apps, userProfiles }, { target, count }) => {
      const [profile] = userProfiles.values();
      for (const index of range(count))
        apps.set(`app-${index}`, {
          DomainId: target.domainId ?? '',
          UserProfileName: profile?.UserProfileName ?? '',
          AppType: 'JupyterLab',
          AppName: `app-${index}`,
          Status: 'InService',
        });
    },
  },
  {
    name: 'roles',
    add: ({ roles, userProfiles }, { target, count }) => {
      const arn = (index: number) => `arn:aws:iam::${target.account}:role/user-${index}`;
      copies(roles, {
        of: ({ inlinePolicies }) => inlinePolicies.size > 0,
        key: (index) => `user-${index}`,
        copy: (stored, index) => ({
          ...stored,
          role: { ...stored.role, RoleName: `user-${index}`, Arn: arn(index) },
        }),
        count,
      });
      // A role is read because somebody acts as it.
      for (const index of range(count))
        userProfiles.set(`${target.domainId}/user-${index}`, {
          DomainId: target.domainId ?? '',
          UserProfileName: `user-${index}`,
          Status: 'InService',
          UserSettings: { ExecutionRole: arn(index) },
        });
    },
  },
];
