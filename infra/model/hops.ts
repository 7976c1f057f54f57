/** A path in the words of the report. */
import type { Hop } from './proof';
import type { Arrival, End } from './next-place';
import type { Path, Step } from './packet-path';
import { nameOf } from './route-target';

/** One hop per place, and one more for the gateway that a packet leaves by. */
export function hopsOf(path: Path): readonly Hop[] {
  const hops = path.steps.map((step, index) => hopOf(step, path.steps[index - 1]?.arrival ?? null));
  if (path.end.kind !== 'internet-exit') return hops;
  const note = 'leaves for the internet';
  return [...hops, { at: path.end.gatewayId, routeTable: null, route: null, target: null, note }];
}

/** The route that decided how a path ended, as a sentence part: `0.0.0.0/0 -> igw-1 of rtb-2`. */
export function decidingRouteOf(path: Path): string {
  const last = path.steps.at(-1);
  if (!last?.route) return 'no route';
  return `${last.route.destination} -> ${nameOf(last.route.target)} of ${last.place.table.id}`;
}

function hopOf(step: Step, came: Arrival | null): Hop {
  const asked = step.route !== null || (!step.arrival.on && step.arrival.end.kind === 'dropped');
  return {
    at: came?.on === true ? came.via.id : step.place.id,
    routeTable: asked ? step.place.table.id : null,
    route: step.route?.destination ?? null,
    target: step.route ? nameOf(step.route.target) : null,
    note: [arrivedNote(step, came), endNote(step.arrival)].filter((part) => part !== '').join('; '),
  };
}

function arrivedNote(step: Step, came: Arrival | null): string {
  if (came?.on !== true) return '';
  switch (came.via.kind) {
    case 'nat-gateway':
      return `NAT gateway in ${step.place.id}: the source becomes its own address`;
    case 'firewall-endpoint':
      return `endpoint of ${came.via.firewallArn} in ${step.place.id}: inspected`;
    case 'appliance':
      return came.via.because;
    case 'transit-gateway':
      return `transit gateway, in by ${came.via.attachmentId}`;
    case 'transit-gateway-attachment':
      return `into ${came.via.vpcId} by ${step.place.id}`;
  }
  return came.via satisfies never;
}

function endNote(arrival: Arrival): string {
  return arrival.on ? '' : wordsOf(arrival.end);
}

function wordsOf(end: End): string {
  switch (end.kind) {
    case 'delivered':
      return `delivered inside the VPC (${end.how})`;
    case 'internet-exit':
      return '';
    case 'service':
      return `to an AWS service by the gateway endpoint ${end.endpointId}`;
    case 'private':
      return `leaves the VPC by the ${end.because}`;
    case 'dropped':
      return `dropped: ${end.because}`;
    case 'loop':
      return 'dropped: the way leads in a circle';
    case 'unmodelled':
      return `undecided: ${end.because}`;
  }
  return end satisfies never;
}
