import { markerName } from '../dns-name';
import { markedRequest } from '../payloads/marked-payload';
import { tlsExchange } from './planned-sends';
import { senderPlan } from '../sender/sender-plan';
import { allConfirmed, httpAnswer, type Judge } from '../sender/sender-result';
import type { Technique } from '../technique';

/** That the request goes in is certain where the name is allowed; whether the front serves the other name is its own choice. */
export const domainFronting: Technique = {
  id: 'domain-fronting',
  title: 'a foreign Host inside TLS to an allowed name',
  risk: 'a shared front serves names that are not allowed behind one that is',
  closedBy: 'TLS inspection; else only a list without names of shared fronts.',
  expect: 'denied',
  plan: ({ nonce, allowedName, deniedName, timeoutMs }) => {
    if (allowedName === null) return { notApplicable: 'no name is allowed that could be a front' };
    const bytes = markedRequest({ nonce, host: markerName(nonce, deniedName) });
    const answered = httpAnswer((status) => status < 400);
    const judge: Judge = (report) => answered(report) ?? allConfirmed(report);
    return senderPlan({
      timeoutMs,
      sends: [tlsExchange({ to: allowedName, port: 443, name: allowedName, bytes, judge })],
    });
  },
};
