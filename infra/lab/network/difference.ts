/** What turns one plan into another, as one shell script for the sandbox. Pure. */
import type { KernelRoute, LinkEnd, LinkPlan, NamespacePlan, NetworkPlan } from './plan';
import { queueScript, settingsScript } from './namespace-settings';

const nothing: NetworkPlan = {
  namespaces: new Map(),
  links: [],
  hosts: [],
  firewallEndpoints: [],
  unfaithful: [],
};

/** Command words of `ip -batch`, one line each, by where they run; null for the sandbox's own namespace. */
export interface Difference {
  readonly removals: readonly string[];
  readonly newNamespaces: readonly NamespacePlan[];
  readonly newLinks: readonly string[];
  readonly changes: readonly NamespaceChange[];
}

export interface NamespaceChange {
  readonly namespace: string;
  readonly ip: readonly string[];
  /** A whole ruleset to load, or null where it stays as it is. */
  readonly nft: string | null;
}

/** Compare with what the kernel was last made to be; null when it is still empty. */
export function difference(before: NetworkPlan | null, after: NetworkPlan): Difference {
  const old = before ?? nothing;
  const oldLinks = new Map(old.links.map((link) => [linkKey(link), link]));
  const newLinks = new Map(after.links.map((link) => [linkKey(link), link]));
  const goneLinks = [...oldLinks].filter(([key]) => !newLinks.has(key)).map(([, link]) => link);
  const goneNamespaces = [...old.namespaces.keys()].filter((name) => !after.namespaces.has(name));
  const addedLinks = [...newLinks].filter(([key]) => !oldLinks.has(key)).map(([, link]) => link);
  return {
    // A namespace's links go one by one: the kernel takes them away with the namespace, but only after a while.
    removals: [
      ...goneLinks.map(({ ends: [{ namespace, name }] }) => `-n ${namespace} link del ${name}`),
      ...goneNamespaces.map((name) => `netns del ${name}`),
    ],
    newNamespaces: [...after.namespaces.values()].filter(({ name }) => !old.namespaces.has(name)),
    newLinks: addedLinks.map(
      ({ ends: [a, b] }) =>
        `link add ${a.name} netns ${a.namespace} type veth peer name ${b.name} netns ${b.namespace}`,
    ),
    changes: [...after.namespaces.values()]
      .map((namespace) => namespaceChange({ namespace, old, after, oldLinks, goneLinks }))
      .filter(({ ip, nft }) => ip.length > 0 || nft !== null),
  };
}

interface NamespaceChangeOptions {
  readonly namespace: NamespacePlan;
  readonly old: NetworkPlan;
  readonly after: NetworkPlan;
  readonly oldLinks: ReadonlyMap<string, LinkPlan>;
  readonly goneLinks: readonly LinkPlan[];
}

function namespaceChange({
  namespace,
  old,
  after,
  oldLinks,
  goneLinks,
}: NamespaceChangeOptions): NamespaceChange {
  const { name } = namespace;
  const was = old.namespaces.get(name);
  const own = (links: readonly LinkPlan[]): readonly LinkEnd[] =>
    links.flatMap((link) => link.ends.filter((end) => end.namespace === name));
  const goneDevices = new Set(own(goneLinks).map((end) => end.name));
  const links = after.links.flatMap((link) => {
    const before = oldLinks.get(linkKey(link));
    return own([link]).map((end) => ({
      end,
      id: link.id,
      before: before === undefined ? null : (own([before]).find((one) => one.name === end.name) ?? null),
    }));
  });
  const oldRoutes = new Map((was?.routes ?? []).map((route) => [routeKey(route), route]));
  const newKeys = new Set(namespace.routes.map(routeKey));
  const oldRules = new Set(was?.rules);
  const newRules = new Set(namespace.rules);
  return {
    namespace: name,
    ip: [
      ...(was === undefined ? ['link set lo up'] : []),
      ...links.flatMap(({ end, before }) =>
        added(end.addresses, before?.addresses).map((text) => addressLine('add', text, end)),
      ),
      ...links.flatMap(({ end, id, before }) =>
        before === null ? [`link set ${end.name} up alias ${id}`] : [],
      ),
      ...namespace.routes
        .filter((route) => goneOrChanged(oldRoutes.get(routeKey(route)), route, goneDevices))
        .map((route) => `route replace ${routeWords(route)}`),
      // New rules before old ones go: between the two a packet may meet both, never none.
      ...namespace.rules.filter((rule) => !oldRules.has(rule)).map((rule) => `rule add ${rule}`),
      ...[...oldRules].filter((rule) => !newRules.has(rule)).map((rule) => `rule del ${rule}`),
      ...[...oldRoutes.values()]
        .filter(
          (route) =>
            !newKeys.has(routeKey(route)) && !(route.device !== null && goneDevices.has(route.device)),
        )
        .map((route) => `route del ${routeWords(route)}`),
      ...links.flatMap(({ end, before }) =>
        added(before?.addresses ?? [], end.addresses).map((text) => addressLine('del', text, end)),
      ),
    ],
    nft: namespace.nft === (was?.nft ?? '') ? null : `flush ruleset\n${namespace.nft}`,
  };
}

/** Those of the first list that the second does not have. */
function added(texts: readonly string[], others: readonly string[] = []): readonly string[] {
  return texts.filter((text) => !others.includes(text));
}

function addressLine(verb: 'add' | 'del', address: string, { name }: LinkEnd): string {
  return `address ${verb} ${address} dev ${name}${verb === 'add' ? ' noprefixroute' : ''}`;
}

function goneOrChanged(
  before: KernelRoute | undefined,
  after: KernelRoute,
  goneDevices: ReadonlySet<string>,
): boolean {
  if (before === undefined || routeWords(before) !== routeWords(after)) return true;
  return before.device !== null && goneDevices.has(before.device);
}

function linkKey({ ends }: LinkPlan): string {
  return ends.map(({ namespace, name }) => `${namespace}/${name}`).join(' ');
}

/** What the kernel tells routes apart by. */
export function routeKey({ table, destination, metric }: KernelRoute): string {
  return `${table} ${destination} ${metric}`;
}

export function routeWords({ type, destination, via, device, source, table, metric }: KernelRoute): string {
  return [
    type,
    destination,
    via === null ? '' : `via ${via}`,
    device === null ? '' : `dev ${device}`,
    // The next hop is on the link although no address says so.
    via === null ? '' : 'onlink',
    source === null ? '' : `src ${source}`,
    `table ${table}`,
    metric === 0 ? '' : `metric ${metric}`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** The difference as a script for /bin/sh; '' when there is none. Words are ids and addresses that planning has checked. */
export function differenceScript({ removals, newNamespaces, newLinks, changes }: Difference): string {
  const steps = [
    ...removals.map((line) => `ip ${line}`),
    ...here(
      'ip -batch -',
      newNamespaces.map(({ name }) => `netns add ${name}`),
    ),
    // Before there are links: nothing is to be forwarded that does not wait for its engine.
    ...atOnce(
      newNamespaces.map(({ name, forwards, queues }) =>
        here(`nsenter --net=/run/netns/${name} /bin/sh -e`, [
          settingsScript({ forwards }),
          queues ? queueScript : '',
        ]),
      ),
    ),
    ...here('ip -batch -', newLinks),
    ...atOnce(
      changes.map(({ namespace, ip, nft }) => [
        ...here(`ip -n ${namespace} -batch -`, ip),
        ...(nft === null ? [] : here(`nsenter --net=/run/netns/${namespace} nft -f -`, [nft])),
      ]),
    ),
  ];
  return steps.length === 0 ? '' : ['set -eu', ...steps, ''].join('\n');
}

function here(command: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${command} <<'END_OF_INPUT'`, ...lines, 'END_OF_INPUT'];
}

/** Each job is a list of commands; the jobs run side by side, and the first that fails fails the script. */
function atOnce(jobs: readonly (readonly string[])[]): string[] {
  if (jobs.length === 0) return [];
  const started = jobs.flatMap((job) => ['(', ...job, ') & jobs="$jobs $!"']);
  return ['jobs=', ...started, 'for job in $jobs; do wait "$job"; done'];
}
