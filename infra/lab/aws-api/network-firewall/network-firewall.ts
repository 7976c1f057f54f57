/** AWS Network Firewall of the lab. */
import type { Handler, LabContext } from '../handler';
import { firewallHandlers } from './firewall';
import { firewallChangeHandlers } from './firewall-changes';
import { firewallPolicyHandlers } from './firewall-policy';
import { flowOperationHandlers } from './flow-operation';
import { loggingConfigurationHandlers } from './logging-configuration';
import { ruleGroupHandlers } from './rule-group';
import { vpcEndpointAssociationHandlers } from './vpc-endpoint-association';

export function networkFirewallHandlers(context: LabContext): Handler[] {
  return [
    ...ruleGroupHandlers(context),
    ...firewallPolicyHandlers(context),
    ...firewallHandlers(context),
    ...firewallChangeHandlers(context),
    ...loggingConfigurationHandlers(context),
    ...vpcEndpointAssociationHandlers(context),
    ...flowOperationHandlers(context),
  ];
}
