/** The ways out of the VPC past the firewall that an owner would have to approve, as an intent names them. */
import type { AddressSet } from '../infra/model/address-set';
import { FAMILIES, formatAddress, WIDTH, type Family } from '../infra/model/cidr';
import { distinctWays } from '../infra/model/distinct-ways';
import { destinationsOf, exitsOf } from '../infra/model/exits';
import { ask } from '../infra/model/known';
import { networkOf } from '../infra/model/network';
import { endpointExits } from '../infra/model/private-link';
import { studioSubnetIds } from '../infra/model/studio';
import type { Snapshot } from '../infra/snapshot/snapshot';

export interface FoundExit {
  readonly target: string;
  /** In words: `transit gateway`. */
  readonly what: string;
  /** CIDR blocks that leave by it; empty for an endpoint, which is approved by its id. */
  readonly destinations: readonly string[];
}

export interface FoundExits {
  readonly exits: readonly FoundExit[];
  /** What the model cannot tell about, each as a sentence part. */
  readonly doubts: readonly string[];
}

/** Of all Studio subnets together. What could not be read is a doubt; never throws for it. */
export function foundExits(snapshot: Snapshot): FoundExits {
  const routed = ask(() => routedExits(snapshot));
  const endpoints = ask(() => endpointExits(snapshot));
  const foreign = endpoints.known ? endpoints.value : [];
  return {
    exits: [
      ...(routed.known ? routed.value.exits : []),
      ...foreign.map((one) => ({
        target: one.id,
        what:
          one.kind === 'foreign' ? `endpoint of ${one.leadsTo}` : 'endpoint that leads nobody knows where',
        destinations: [],
      })),
    ],
    doubts: [
      ...(routed.known ? routed.value.doubts : [routed.because]),
      ...(endpoints.known ? [] : [endpoints.because]),
    ],
  };
}

function routedExits(snapshot: Snapshot): FoundExits {
  const network = networkOf(snapshot);
  const found = new Map<string, { readonly what: string; readonly blocks: Set<string> }>();
  const doubts = new Set<string>();
  for (const subnetId of studioSubnetIds(snapshot)) {
    const { exits, doubts: open } = exitsOf(distinctWays(network, subnetId), new Set());
    open.forEach((doubt) => doubts.add(doubt));
    for (const exit of exits) {
      const one = found.get(exit.target) ?? { what: exit.what, blocks: new Set() };
      found.set(exit.target, one);
      for (const family of FAMILIES)
        blocksOf(family, destinationsOf(exit, family)).forEach((block) => one.blocks.add(block));
    }
  }
  const exits = [...found].map(([target, { what, blocks }]) => ({ target, what, destinations: [...blocks] }));
  return { exits, doubts: [...doubts] };
}

/** The fewest CIDR blocks that are these addresses and no others. */
export function blocksOf(family: Family, addresses: AddressSet): readonly string[] {
  const width = WIDTH[family];
  return addresses.flatMap(({ first, last }) => {
    const blocks: string[] = [];
    for (let from = first; from <= last;) {
      let bits = 0;
      while (bits < width && fits({ from, last, bits: bits + 1 })) bits += 1;
      blocks.push(`${formatAddress(family, from)}/${width - bits}`);
      from += 1n << BigInt(bits);
    }
    return blocks;
  });
}

interface Block {
  readonly from: bigint;
  readonly last: bigint;
  readonly bits: number;
}

/** Whether a block of so many host bits begins at its own boundary and ends in time. */
function fits({ from, last, bits }: Block): boolean {
  const size = 1n << BigInt(bits);
  return from % size === 0n && from + size - 1n <= last;
}
