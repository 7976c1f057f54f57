/** The lab's Route 53 Resolver API: the DNS Firewall. */
import type { Handler, LabContext } from '../handler';
import { associationHandlers } from './association';
import { domainListHandlers } from './domain-list';
import { ruleGroupHandlers } from './rule-group';

export function route53resolverHandlers(context: LabContext): Handler[] {
  return [...domainListHandlers(context), ...ruleGroupHandlers(context), ...associationHandlers(context)];
}
