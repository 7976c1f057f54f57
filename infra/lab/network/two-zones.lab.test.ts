/** Two availability zones, each with its own firewall endpoint and engine: who judges what, and what crossing them costs. */
import { join } from 'node:path';
import type { HostCommandResult } from '../vantage';
import type { FirewallEvent, LabNetwork } from './network';
import { ensureTools } from './packages';
import { raiseNetwork } from './raise';
import { addSecondZone, secondZone } from './second-zone';
import { ids, setStreamExceptionPolicy, smallAccount } from './small-account';

jest.setTimeout(120_000);

const rightly = { answersBy: secondZone.firewallEndpoint };
const crossed = { answersBy: ids.firewallEndpoint };

let network: LabNetwork;
let events: FirewallEvent[];
beforeAll(async () => {
  const tools = await ensureTools({ cacheDir: join(__dirname, '../../../.cache/engine') });
  events = [];
  network = await raiseNetwork({
    state: addSecondZone(smallAccount(), rightly),
    tools,
    onFirewallEvent: (event) => events.push(event),
  });
});
afterAll(async () => network.close());

const run = async (instanceId: string, script: string): Promise<HostCommandResult> =>
  network.run(instanceId, { script, timeoutMs: 10_000 });
const wget = (name: string): string => `wget -q --timeout=1 --tries=1 -O- https://${name}/`;
const zones = [
  { zone: 'us-east-1a', host: ids.host, natAddress: '10.2.2.10', publicIp: '198.51.100.10' },
  { zone: secondZone.name, host: secondZone.host, natAddress: '10.2.5.10', publicIp: secondZone.publicIp },
];

/** Records about one NAT gateway's traffic, once an engine has had time to write them. */
async function eventsOf(natAddress: string): Promise<readonly FirewallEvent[]> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  return events.filter(({ eve }) => eve['src_ip'] === natAddress || eve['dest_ip'] === natAddress);
}

test('each zone has an engine of its own', () => {
  const engines = network.engines();
  expect(engines.map(({ availabilityZone, running }) => [availabilityZone, running])).toEqual([
    ['us-east-1a', true],
    ['us-east-1b', true],
  ]);
  expect(new Set(engines.map(({ pid }) => pid)).size).toBe(2);
  expect(network.unfaithful()).toEqual([]);
});

test.each(zones)(
  'wired rightly, $zone goes out by its own way and is judged there',
  async ({ zone, host, natAddress, publicIp }) => {
    const name = `${zone}.example.com`;
    expect((await run(host, wget('kaggle.com'))).exitCode).toBe(0);
    expect((await run(host, wget(name))).exitCode).toBe(4);
    const alerts = (await eventsOf(natAddress)).filter(({ eve }) => eve['event_type'] === 'alert');
    expect(alerts.map(({ availabilityZone }) => availabilityZone)).toEqual([zone]);
    expect(alerts[0]?.eve).toMatchObject({ tls: { sni: name }, verdict: { action: 'drop' } });
    const from = network
      .witnesses()
      .filter((witness) => witness.kind === 'tls' && witness.remote.startsWith(`${publicIp}:`));
    expect(from.map((witness) => witness.name)).toEqual(['kaggle.com']);
  },
);

describe("when the second zone's answers come back by the first zone's firewall", () => {
  beforeAll(async () => network.apply(addSecondZone(smallAccount(), crossed)));

  test('that one drops them without a word, since it has never seen them asked for', async () => {
    const before = (await eventsOf('10.2.5.10')).length;
    expect((await run(secondZone.host, wget('kaggle.com'))).exitCode).toBe(4);
    expect((await eventsOf('10.2.5.10')).slice(before)).toEqual([]);
  });

  test('it is the engine that does: told to let such streams be, it lets them through', async () => {
    const state = addSecondZone(smallAccount(), crossed);
    setStreamExceptionPolicy(state, 'CONTINUE');
    await network.apply(state);
    expect((await run(secondZone.host, wget('kaggle.com'))).exitCode).toBe(0);
    await network.apply(addSecondZone(smallAccount(), crossed));
    expect((await run(secondZone.host, wget('kaggle.com'))).exitCode).toBe(4);
  });

  test('the first zone goes on as before, and what has no state gets through', async () => {
    expect((await run(ids.host, wget('kaggle.com'))).exitCode).toBe(0);
    expect((await run(secondZone.host, 'ping -c1 -W2 203.0.113.40')).exitCode).toBe(0);
  });

  test('wired rightly again, it works again', async () => {
    await network.apply(addSecondZone(smallAccount(), rightly));
    expect((await run(secondZone.host, wget('kaggle.com'))).exitCode).toBe(0);
  });
});
