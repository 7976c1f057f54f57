/**
 * What becomes of every single address of a tiny network, out and back, walked one by one: for tests against the
 * model of delivery. It shares nothing with it but the meaning of AWS's rules.
 */
import type { TinyNetwork, TinyPath, TinyRoute } from './routing-oracle.fixture';
import { tinyPaths } from './routing-oracle.fixture';

export type TinyFate = 'delivered' | 'elsewhere' | 'unrouted' | 'dead' | 'doubt';

const isOpaque = (via: string): boolean => via.startsWith('vpce-other-') || via.startsWith('eni-');
/** Addresses from 56 on stand for 224.0.0.0 and above, where nothing of the internet is. */
const isOpen = ({ vias, end }: TinyPath, address: number): boolean =>
  vias.some(isOpaque) || end === 'unknown' || (end === 'tgw' && address < 56);
const isDead = ({ end }: TinyPath): boolean => end === 'dropped' || end === 'loop';

/** The fate of one address as a destination of a subnet whose NAT gateways have the first address of their own subnets. */
export function tinyFate(network: TinyNetwork, subnet: number, address: number): TinyFate {
  const fates = tinyPaths(network, { subnet }, address).map((path): TinyFate => {
    if (isOpen(path, address)) return 'doubt';
    if (path.vias.length === 0 && isDead(path) && !hasRoute(network, subnet, address)) return 'unrouted';
    if (isDead(path)) return 'dead';
    if (path.end === 'cagw') return 'doubt';
    // No machine of a tiny network has a public address but its NAT gateways.
    if (path.end === 'igw' && !path.vias.some((via) => via.startsWith('nat-'))) return 'dead';
    return path.end === 'igw' || path.end === 'eigw' ? backFate(network, subnet, path) : 'elsewhere';
  });
  const worst: readonly TinyFate[] = ['doubt', 'dead', 'unrouted', 'delivered', 'elsewhere'];
  return worst.find((fate) => fates.includes(fate)) ?? 'doubt';
}

/** Whether dropping is a route's doing: with all routes that drop leading to S3, does the packet get there? */
function hasRoute(network: TinyNetwork, subnet: number, address: number): boolean {
  const open = (route: TinyRoute): TinyRoute =>
    route.target.kind === 'blackhole' || route.target.kind === 'checked-eni'
      ? { ...route, target: { kind: 's3' } }
      : route;
  const opened = { ...network, tables: network.tables.map((table) => table.map(open)) };
  return tinyPaths(opened, { subnet }, address).some(({ end }) => end !== 'dropped');
}

function backFate(network: TinyNetwork, subnet: number, out: TinyPath): 'delivered' | 'dead' | 'doubt' {
  const nats = out.vias
    .filter((via) => via.startsWith('nat-'))
    .map((via) => network.nats[Number(via.slice(4))] ?? 0)
    .reverse();
  const fates = [...nats, subnet].map((stop, index, stops) => {
    const before = index === 0 ? null : (stops[index - 1] ?? 0);
    if (before === null && (out.end === 'eigw' || network.edgeTable === null)) return 'delivered';
    const from = before === null ? { table: network.edgeTable ?? 0 } : { subnet: before };
    const addresses = index < nats.length ? [stop * 4] : [0, 1, 2, 3].map((offset) => stop * 4 + offset);
    return worstOf(addresses.map((address) => arrival(tinyPaths(network, from, address), address)));
  });
  return worstOf(fates);
}

function arrival(paths: readonly TinyPath[], address: number): 'delivered' | 'dead' | 'doubt' {
  if (paths.some((path) => isOpen(path, address))) return 'doubt';
  const dead = paths.some(isDead);
  if (!paths.some(({ end }) => end === 'delivered')) return dead ? 'dead' : 'doubt';
  return dead ? 'doubt' : 'delivered';
}

function worstOf(fates: readonly ('delivered' | 'dead' | 'doubt')[]): 'delivered' | 'dead' | 'doubt' {
  return (['dead', 'doubt'] as const).find((fate) => fates.includes(fate)) ?? 'delivered';
}
