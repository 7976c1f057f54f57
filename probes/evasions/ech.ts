import { helloTo } from './planned-sends';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

/** RFC 9849: the outer hello names the provider, the inner one, encrypted, the server that is meant (aws.md 6.9, DERIVED). */
export const ech: Technique = {
  id: 'ech',
  title: 'an encrypted hello under an allowed outer name',
  risk: 'the name that is meant is encrypted, and the one that is judged is not meant',
  closedBy:
    'TLS inspection, rules that also name the allowed destination addresses, or a drop of hellos with the extension.',
  expect: 'denied',
  plan: ({ nonce, allowedName, deniedName, timeoutMs }) => {
    if (allowedName === null) return { notApplicable: 'no name is allowed that could stand outside' };
    const hello = { nonce, names: [allowedName], encryptedHello: true };
    return senderPlan({ timeoutMs, sends: [helloTo({ to: deniedName, port: 443, ...hello })] });
  },
};
