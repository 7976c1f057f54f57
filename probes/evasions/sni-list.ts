import { markerName } from '../dns-name';
import { helloTo } from './planned-sends';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

/** RFC 6066, 3 forbids two names of one type; engines take the first. */
export const sniList: Technique = {
  id: 'sni-list',
  title: 'two server names in one hello, the allowed one first',
  risk: 'the engine judges one name and the server serves the other',
  closedBy: 'TLS inspection, or rules that also name the allowed destination addresses.',
  expect: 'denied',
  plan: ({ nonce, allowedName, deniedName, timeoutMs }) => {
    if (allowedName === null) return { notApplicable: 'no name is allowed that could stand first' };
    const names = [allowedName, markerName(nonce, deniedName)];
    return senderPlan({ timeoutMs, sends: [helloTo({ to: deniedName, port: 443, nonce, names })] });
  },
};
