import { markedRequest } from '../payloads/marked-payload';
import { tcpBytes } from './planned-sends';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

export const hostSpoof: Technique = {
  id: 'host-spoof',
  title: 'an allowed Host to a server that does not have it, over plain HTTP',
  risk: 'whoever runs a server can receive anything, as long as the client says an allowed Host',
  closedBy:
    'No HTTP_HOST target type and no port 80, or rules that also name the allowed destination addresses.',
  expect: 'denied',
  plan: ({ nonce, allowedName, deniedName, timeoutMs }) => {
    if (allowedName === null) return { notApplicable: 'no name is allowed that could be claimed' };
    const bytes = markedRequest({ nonce, host: allowedName });
    const shape = { application: 'http', name: allowedName };
    return senderPlan({ timeoutMs, sends: [tcpBytes({ to: deniedName, port: 80, bytes, shape })] });
  },
};
