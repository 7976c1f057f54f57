/**
 * For this folder's tests: a client, a firewall endpoint with a real engine, and the lab's internet, in a row, without
 * a VPC around them.
 */
import type { FirewallPolicy, RuleGroup } from '@aws-sdk/client-network-firewall';
import path from 'node:path';
import { newLabState, type LabState } from '../../state';
import { startInternet } from '../internet/internet';
import { INTERNET_ADDRESSES, INTERNET_NAMES, ZONE } from '../internet/zone';
import type { InternetArrivals, InternetWitness } from '../network';
import { ensureTools } from '../packages';
import { makePki } from '../pki';
import { openSandbox, type ExecResult } from '../sandbox';
import { startEngine, type Engine } from './engine';
import type { EveRecord } from './eve';
import { compileFirewall, type CompiledFirewall } from './firewall-rules';
import { STATELESS_PASS_MARK } from './stateless';

export const FIREWALL_ARN = 'arn:aws:network-firewall:us-east-1:123456789012:firewall/fw';
export const CLIENT_ADDRESS = '10.2.3.10';

const GROUP_ARN = 'arn:aws:network-firewall:us-east-1:123456789012:stateful-rulegroup/';
const POLICY_ARN = 'arn:aws:network-firewall:us-east-1:123456789012:firewall-policy/policy';

export interface AccountOptions {
  readonly policy?: Partial<FirewallPolicy>;
  /** Stateful rule groups by name, in order; they are referenced with priorities 1, 2, … */
  readonly groups?: Readonly<Record<string, RuleGroup>>;
}

/** An account with one firewall, whose policy has these groups and forwards everything to the stateful engine. */
export function firewallAccount({ policy = {}, groups = {} }: AccountOptions): LabState {
  const state = newLabState();
  const strict = policy.StatefulEngineOptions?.RuleOrder === 'STRICT_ORDER';
  state.vpcs.set('vpc-0a', { VpcId: 'vpc-0a', CidrBlock: '10.2.0.0/16' });
  for (const [name, group] of Object.entries(groups)) {
    const arn = GROUP_ARN + name;
    state.ruleGroups.set(arn, {
      RuleGroupResponse: { RuleGroupArn: arn, RuleGroupName: name, RuleGroupId: name },
      RuleGroup: group,
      UpdateToken: '1',
    });
  }
  state.firewallPolicies.set(POLICY_ARN, {
    FirewallPolicyResponse: {
      FirewallPolicyName: 'policy',
      FirewallPolicyArn: POLICY_ARN,
      FirewallPolicyId: 'policy',
    },
    FirewallPolicy: {
      StatelessDefaultActions: ['aws:forward_to_sfe'],
      StatelessFragmentDefaultActions: ['aws:forward_to_sfe'],
      StatefulRuleGroupReferences: Object.keys(groups).map((name, index) => ({
        ResourceArn: GROUP_ARN + name,
        ...(strict ? { Priority: index + 1 } : {}),
      })),
      ...policy,
    },
    UpdateToken: '1',
  });
  state.firewalls.set(FIREWALL_ARN, {
    Firewall: {
      FirewallArn: FIREWALL_ARN,
      FirewallId: 'fw',
      FirewallName: 'fw',
      FirewallPolicyArn: POLICY_ARN,
      VpcId: 'vpc-0a',
      SubnetMappings: [],
    },
    FirewallStatus: { Status: 'READY', ConfigurationSyncStateSummary: 'IN_SYNC' },
    UpdateToken: '1',
  });
  return state;
}

export const strictPolicy = (...StatefulDefaultActions: string[]): Partial<FirewallPolicy> => ({
  StatefulEngineOptions: { RuleOrder: 'STRICT_ORDER' },
  StatefulDefaultActions,
});

export const allowList = (...Targets: string[]): RuleGroup => ({
  RulesSource: {
    RulesSourceList: { Targets, TargetTypes: ['HTTP_HOST', 'TLS_SNI'], GeneratedRulesType: 'ALLOWLIST' },
  },
});

export const rulesString = (...rules: string[]): RuleGroup => ({
  RulesSource: { RulesString: rules.join('\n') },
});

export interface TestNetwork {
  /** A fresh engine with this account's firewall, and no records of an earlier one. */
  use(state: LabState): Promise<CompiledFirewall>;
  /** Run a shell script on the client. */
  client(script: string): Promise<ExecResult>;
  readonly engine: () => Engine;
  readonly records: () => readonly EveRecord[];
  readonly witnesses: () => readonly InternetWitness[];
  readonly arrivals: () => Promise<InternetArrivals>;
  close(): Promise<void>;
}

/** Raise it: about half a second. */
export async function raiseTestNetwork(): Promise<TestNetwork> {
  const tools = await ensureTools({ cacheDir: path.join(__dirname, '../../../../.cache/engine') });
  const sandbox = await openSandbox(tools);
  const shell = async (script: string): Promise<void> => {
    const { exitCode, stderr } = await sandbox.exec(['sh', '-ec', script], { timeoutMs: 10_000 });
    if (exitCode !== 0) throw new Error(stderr);
  };
  await shell(wiring());
  await shell(writeHosts());
  const pki = await makePki(sandbox, INTERNET_NAMES);
  const internet = await startInternet({
    sandbox,
    namespace: 'internet',
    pki,
    addresses: INTERNET_ADDRESSES,
  });
  let engine: Engine | null = null;
  let records: EveRecord[] = [];
  let count = 0;
  return {
    use: async (state) => {
      await engine?.stop();
      const compiled = compileFirewall(state, FIREWALL_ARN);
      const own: EveRecord[] = (records = []);
      const dir = `${sandbox.dir}/engine-${count++}`;
      engine = await startEngine({
        sandbox,
        namespace: 'fw',
        dir,
        compiled,
        onEve: (record) => own.push(record),
      });
      const loaded = await sandbox.exec(['nft', '-f', '-'], {
        namespace: 'fw',
        stdin: compiled.statelessNft,
        timeoutMs: 10_000,
      });
      if (loaded.exitCode !== 0) throw new Error(loaded.stderr);
      return compiled;
    },
    client: async (script) =>
      sandbox.exec(['unshare', '--mount', 'sh', '-c', `${clientEnvironment(pki.caPath)}\n${script}`], {
        namespace: 'client',
        timeoutMs: 30_000,
      }),
    engine: () => {
      if (engine === null) throw new Error('no engine yet');
      return engine;
    },
    records: () => records,
    witnesses: () => internet.witnesses(),
    arrivals: async () => internet.arrivals(),
    close: async () => {
      await engine?.stop();
      await internet.stop();
      await sandbox.close();
    },
  };
}

function wiring(): string {
  return `
    for name in client fw internet; do ip netns add $name; ip -n $name link set lo up; done
    ip link add eth0 netns client type veth peer name inside netns fw
    ip link add eth0 netns internet type veth peer name outside netns fw
    ip -n client address add ${CLIENT_ADDRESS}/24 dev eth0; ip -n client link set eth0 up
    ip -n fw address add 10.2.3.1/24 dev inside; ip -n fw link set inside up
    ip -n fw address add 192.0.2.1/24 dev outside; ip -n fw link set outside up
    ip -n internet address add 192.0.2.2/24 dev eth0; ip -n internet link set eth0 up
    ip -n client route add default via 10.2.3.1
    ip -n internet route add default via 192.0.2.1
    ip -n fw route add default via 192.0.2.2
    ${INTERNET_ADDRESSES.map((address) => `ip -n internet route add local ${address}/32 dev lo table local`).join('\n')}
    ip netns exec fw sysctl -qw net.ipv4.ip_forward=1
    ip netns exec fw iptables-nft -A FORWARD -m mark --mark ${STATELESS_PASS_MARK} -j ACCEPT
    ip netns exec fw iptables-nft -A FORWARD -j NFQUEUE --queue-num 0`;
}

/**
 * Names come from a file: the client's questions are not what is tested here. It is written once, for clients that run
 * beside each other read the same file.
 */
function writeHosts(): string {
  const names = [...ZONE, { name: 'www.example.com', address: '203.0.113.40' }];
  const hosts = names.map(({ name, address }) => `${address} ${name}`).join('\\n');
  return `printf '${hosts}\\n' >/run/hosts`;
}

function clientEnvironment(caPath: string): string {
  return `mount --bind /run/hosts /etc/hosts
    mount --bind ${caPath} /etc/ssl/certs/ca-certificates.crt`;
}
