import * as fc from 'fast-check';
import type { LabState } from '../state';
import { difference, differenceScript, routeKey, routeWords } from './difference';
import type { NetworkPlan } from './plan';
import { addHost, ids, smallAccount } from './small-account';
import { planNetwork } from './topology';

const internet = { addresses: ['203.0.113.40'], resolver: '203.0.113.53' };

/** A kernel that knows as much of ip's commands as the differences use, and refuses what the real one refuses. */
class PaperKernel {
  readonly namespaces = new Set<string>();
  readonly links = new Map<string, string>();
  readonly addresses = new Set<string>();
  readonly rules = new Set<string>();
  readonly routes = new Map<string, string>();
  readonly rulesets = new Map<string, string>();

  make({ removals, newNamespaces, newLinks, changes }: ReturnType<typeof difference>): void {
    for (const line of removals) this.remove(line);
    for (const { name } of newNamespaces) this.namespaces.add(name);
    for (const line of newLinks) this.addLink(line);
    for (const { namespace, ip, nft } of changes) {
      this.need(this.namespaces.has(namespace), namespace);
      for (const line of ip) this.change(namespace, line);
      if (nft !== null) this.rulesets.set(namespace, nft.replace(/^flush ruleset\n/, ''));
    }
  }

  private need(holds: boolean, what: string): void {
    if (!holds) throw new Error(`the kernel refuses: ${what}`);
  }

  private remove(line: string): void {
    const [, namespace = '', name = ''] = /^-n (\S+) link del (\S+)$/.exec(line) ?? [];
    if (name !== '') {
      const far = this.links.get(`${namespace}/${name}`) ?? '';
      this.need(far !== '', line);
      for (const end of [`${namespace}/${name}`, far]) this.forget(end);
      return;
    }
    const gone = /^netns del (\S+)$/.exec(line)?.[1] ?? '';
    this.need(this.namespaces.delete(gone), line);
    for (const set of [this.addresses, this.rules])
      for (const key of set) if (key.startsWith(`${gone}/`)) set.delete(key);
    for (const key of this.routes.keys()) if (key.startsWith(`${gone}/`)) this.routes.delete(key);
    this.rulesets.delete(gone);
  }

  /** With a device go its addresses and the routes over it. */
  private forget(end: string): void {
    this.links.delete(end);
    const [namespace, name] = end.split('/');
    for (const key of this.addresses) if (key.startsWith(`${end} `)) this.addresses.delete(key);
    for (const [key, words] of this.routes) {
      if (key.startsWith(`${namespace}/`) && words.includes(` dev ${name} `)) this.routes.delete(key);
    }
  }

  private addLink(line: string): void {
    const [, a, aSpace, b, bSpace] =
      /^link add (\S+) netns (\S+) type veth peer name (\S+) netns (\S+)$/.exec(line) ?? [];
    for (const [own, far] of [
      [`${aSpace}/${a}`, `${bSpace}/${b}`],
      [`${bSpace}/${b}`, `${aSpace}/${a}`],
    ] as const) {
      this.need(!this.links.has(own) && this.namespaces.has(own.split('/')[0] ?? ''), line);
      this.links.set(own, far);
    }
  }

  private change(namespace: string, line: string): void {
    const [object = '', verb = '', ...words] = line.split(' ');
    const text = words.join(' ');
    if (object === 'link')
      return this.need(
        verb === 'set' && (words[0] === 'lo' || this.links.has(`${namespace}/${words[0]}`)),
        line,
      );
    if (object === 'address') {
      const key = `${namespace}/${words[2]} ${words[0]}`;
      this.need(
        verb === 'add'
          ? this.links.has(`${namespace}/${words[2]}`) && !this.addresses.has(key)
          : this.addresses.has(key),
        line,
      );
      if (verb === 'add') this.addresses.add(key);
      else this.addresses.delete(key);
      return;
    }
    if (object === 'rule') {
      const key = `${namespace}/${text}`;
      this.need(this.rules.has(key) === (verb === 'del'), line);
      if (verb === 'add') this.rules.add(key);
      else this.rules.delete(key);
      return;
    }
    const destination = words[1] ?? '';
    const table = words[words.indexOf('table') + 1] ?? '';
    const metric = words.includes('metric') ? words[words.indexOf('metric') + 1] : '0';
    const key = `${namespace}/${table} ${destination} ${metric}`;
    if (verb === 'del') {
      this.need(this.routes.get(key) === text, line);
      this.routes.delete(key);
      return;
    }
    const device = words.includes('dev') ? words[words.indexOf('dev') + 1] : 'lo';
    this.need(verb === 'replace' && (device === 'lo' || this.links.has(`${namespace}/${device}`)), line);
    this.routes.set(key, text);
  }
}

/** What a kernel looks like that was made for the plan and nothing else. */
function expected(plan: NetworkPlan): object {
  const namespaces = [...plan.namespaces.values()];
  return {
    namespaces: new Set(namespaces.map(({ name }) => name)),
    links: new Set(plan.links.flatMap(({ ends }) => ends.map((end) => `${end.namespace}/${end.name}`))),
    addresses: new Set(
      plan.links.flatMap(({ ends }) =>
        ends.flatMap((end) => end.addresses.map((one) => `${end.namespace}/${end.name} ${one}`)),
      ),
    ),
    rules: new Set(namespaces.flatMap(({ name, rules }) => rules.map((rule) => `${name}/${rule}`))),
    routes: new Map(
      namespaces.flatMap(({ name, routes }) =>
        routes.map((one) => [`${name}/${routeKey(one)}`, routeWords(one)]),
      ),
    ),
    rulesets: new Map(namespaces.flatMap(({ name, nft }) => (nft === '' ? [] : [[name, nft]]))),
  };
}

function seen(kernel: PaperKernel): object {
  const rulesets = new Map([...kernel.rulesets].filter(([, text]) => text !== ''));
  const { namespaces, addresses, rules, routes } = kernel;
  return { namespaces, links: new Set(kernel.links.keys()), addresses, rules, routes, rulesets };
}

const changes: Readonly<Record<string, (state: LabState) => void>> = {
  'no edge route': (state) => setRoutes(state, ids.edgeTable, []),
  'NAT straight to the internet gateway': (state) =>
    setRoutes(state, ids.natTable, [{ DestinationCidrBlock: '0.0.0.0/0', GatewayId: ids.gateway }]),
  'Studio by halves to the internet gateway': (state) =>
    setRoutes(state, ids.studioTable, [
      { DestinationCidrBlock: '0.0.0.0/1', GatewayId: ids.gateway },
      { DestinationCidrBlock: '128.0.0.0/1', NatGatewayId: ids.natGateway },
    ]),
  'no NAT gateway': (state) => state.natGateways.clear(),
  'no internet gateway': (state) => state.internetGateways.clear(),
  'no interface endpoint': (state) => void state.vpcEndpoints.delete(ids.interfaceEndpoint),
  'no DNS': (state) =>
    void state.vpcAttributes.set(ids.vpc, { enableDnsSupport: false, enableDnsHostnames: false }),
  'another host': (state) => addHost(state, 'i-0a2', '10.2.3.11'),
  'the host has another address': (state) => {
    state.networkInterfaces.delete(`eni-${ids.host}`);
    addHost(state, ids.host, '10.2.3.99');
  },
  'no hosts': (state) => state.instances.clear(),
  'no control host': (state) => void state.managedInstances.delete(ids.controlHost),
  'Studio uses the main table': (state) => {
    state.routeTables.set(ids.studioTable, { ...state.routeTables.get(ids.studioTable), Associations: [] });
  },
  'another S3 block': (state) => {
    const list = state.managedPrefixLists.get(ids.s3List);
    if (list) state.managedPrefixLists.set(ids.s3List, { ...list, Entries: [{ Cidr: '192.0.2.128/26' }] });
  },
};

function setRoutes(
  state: LabState,
  tableId: string,
  routes: NonNullable<LabState['routeTables'] extends Map<string, infer T> ? T : never>['Routes'] & object,
): void {
  const table = state.routeTables.get(tableId);
  const local = (table?.Routes ?? []).slice(0, 1);
  state.routeTables.set(tableId, { ...table, Routes: [...local, ...routes] });
}

const anyPlan = fc.subarray(Object.keys(changes)).map((names) => {
  const state = smallAccount();
  for (const name of names) changes[name]?.(state);
  return planNetwork(state, internet);
});

test('whatever the network was, its difference to a plan makes it that plan', () => {
  fc.assert(
    fc.property(fc.array(anyPlan, { minLength: 1, maxLength: 4 }), (plans) => {
      const kernel = new PaperKernel();
      let now: NetworkPlan | null = null;
      for (const plan of plans) {
        kernel.make(difference(now, plan));
        expect(seen(kernel)).toEqual(expected(plan));
        now = plan;
      }
    }),
    { numRuns: 60 },
  );
});

test('a plan that is in force already needs nothing', () => {
  const plan = planNetwork(smallAccount(), internet);
  expect(differenceScript(difference(plan, planNetwork(smallAccount(), internet)))).toBe('');
});

test('one removed route touches one namespace with one command', () => {
  const state = smallAccount();
  const before = planNetwork(state, internet);
  changes['no edge route']?.(state);
  const {
    removals,
    newNamespaces,
    newLinks,
    changes: made,
  } = difference(before, planNetwork(state, internet));
  expect([removals, newNamespaces, newLinks]).toEqual([[], [], []]);
  expect(made).toEqual([
    {
      namespace: ids.vpc,
      ip: [
        expect.stringMatching(
          /^route del unicast 10\.2\.2\.0\/24 via \S+ dev vpce-0f1 onlink table \d+ metric 10$/,
        ),
      ],
      nft: null,
    },
  ]);
});

test('a firewall endpoint queues before it has a link', () => {
  const script = differenceScript(difference(null, planNetwork(smallAccount(), internet)));
  expect(script.indexOf('NFQUEUE')).toBeGreaterThan(0);
  expect(script.indexOf('NFQUEUE')).toBeLessThan(script.indexOf('link add'));
});

test('a route is made again when its link is replaced by one of the same name', () => {
  const linkedTo = (far: string): NetworkPlan => {
    const plan = planNetwork(smallAccount(), internet);
    const links = plan.links.map((link) => {
      const [near, end] = link.ends;
      return near.name === ids.natGateway ? { ...link, ends: [near, { ...end, name: far }] as const } : link;
    });
    return { ...plan, links };
  };
  const kernel = new PaperKernel();
  kernel.make(difference(null, withoutRoutesOf(linkedTo('eth0'), ids.natGateway)));
  kernel.make(
    difference(
      withoutRoutesOf(linkedTo('eth0'), ids.natGateway),
      withoutRoutesOf(linkedTo('eth1'), ids.natGateway),
    ),
  );
  expect(seen(kernel)).toEqual(expected(withoutRoutesOf(linkedTo('eth1'), ids.natGateway)));
});

function withoutRoutesOf(plan: NetworkPlan, name: string): NetworkPlan {
  const namespaces = new Map(plan.namespaces);
  const namespace = namespaces.get(name);
  if (namespace) namespaces.set(name, { ...namespace, routes: [] });
  return { ...plan, namespaces };
}
