import { markerName } from '../dns-name';
import { helloTo } from './planned-sends';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

/** A program that takes the name for a C string reads only what stands before the NUL (policy.md: stock Suricata 7 does). */
export const sniNul: Technique = {
  id: 'sni-nul',
  title: 'a server name with a NUL in it, the allowed name before it',
  risk: 'the engine reads another name than the server',
  closedBy:
    'TLS inspection, rules that also name the allowed destination addresses, or a drop of names with other bytes than a name has.',
  expect: 'denied',
  plan: ({ nonce, allowedName, deniedName, timeoutMs }) => {
    if (allowedName === null) return { notApplicable: 'no name is allowed that could stand before the NUL' };
    const names = [`${allowedName}\0.${markerName(nonce, deniedName)}`];
    return senderPlan({
      timeoutMs,
      sends: [helloTo({ to: deniedName, port: 443, nonce, names, label: 'NUL' })],
    });
  },
};
