/** Every resource type that the lab can create. */
import { didYouMean } from '../template-error';
import { ec2DhcpOptionsProviders } from './ec2-dhcp-options';
import { ec2EndpointProviders } from './ec2-endpoints';
import { ec2GatewayProviders } from './ec2-gateways';
import { ec2HostProviders } from './ec2-hosts';
import { ec2NetworkAclProviders } from './ec2-network-acls';
import { ec2RoutingProviders } from './ec2-routing';
import { ec2SecurityGroupProviders } from './ec2-security-groups';
import { ec2VpcProviders } from './ec2-vpc';
import { iamProviders } from './iam';
import { logsProviders } from './logs';
import { networkFirewallProviders } from './network-firewall';
import { firewallProviders } from './network-firewall-firewalls';
import type { Provider } from './provider';
import { route53resolverProviders } from './route53resolver';
import { route53resolverVpcProviders } from './route53resolver-vpc';
import { sagemakerProviders } from './sagemaker';
import { notebookProviders } from './sagemaker-notebooks';
import { ssmProviders } from './ssm';
import { stackProviders } from './stack';
import { storageProviders } from './storage';

export const PROVIDERS: ReadonlyMap<string, Provider> = new Map(
  [
    ...ec2VpcProviders,
    ...ec2DhcpOptionsProviders,
    ...ec2GatewayProviders,
    ...ec2RoutingProviders,
    ...ec2SecurityGroupProviders,
    ...ec2NetworkAclProviders,
    ...ec2EndpointProviders,
    ...ec2HostProviders,
    ...networkFirewallProviders,
    ...firewallProviders,
    ...logsProviders,
    ...storageProviders,
    ...iamProviders,
    ...sagemakerProviders,
    ...notebookProviders,
    ...ssmProviders,
    ...route53resolverProviders,
    ...route53resolverVpcProviders,
    ...stackProviders,
  ].map((each) => [each.type, each]),
);

/** Why there is no provider of a type, in words for the template's author. */
export function unknownType(type: string): { readonly reason: string; readonly fix: string | undefined } {
  const known = [...PROVIDERS.keys()];
  if (/^(AWS|Custom|Alexa)::/.test(type) || type.split('::').length >= 3) {
    const fix =
      didYouMean(type, known) ?? 'Leave it out to verify the rest, or put it into a stack of its own.';
    return { reason: `The lab has no resource type ${type}.`, fix };
  }
  return {
    reason: `Template format error: Unrecognized resource type ${type}.`,
    fix: didYouMean(type, known),
  };
}
