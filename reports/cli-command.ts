/**
 * The AWS CLI command that repeats an API call of the run, so that an auditor need not take the report's word. Only calls
 * that read are given. Parameters are what the run sent, and may hold text of strangers (names of resources): they are
 * written in the CLI's short form where they are plain words, otherwise as JSON in single quotes, in ASCII alone.
 *
 * The forms of the commands are the AWS CLI's own (MEMORY: botocore's xform_name, `aws help`); pages are left to the CLI,
 * which asks for all of them unless a page size is given.
 */
import type { ApiCall } from '../infra/snapshot/snapshot';

/** By the prefix of the operation in IAM's form. A service that is not here has no command. */
const SERVICES: ReadonlyMap<string, string> = new Map([
  ['cloudformation', 'cloudformation'],
  ['ec2', 'ec2'],
  ['iam', 'iam'],
  ['kms', 'kms'],
  ['logs', 'logs'],
  ['network-firewall', 'network-firewall'],
  ['ram', 'ram'],
  ['route53resolver', 'route53resolver'],
  ['s3', 's3api'],
  ['sagemaker', 'sagemaker'],
  ['ssm', 'ssm'],
  ['sts', 'sts'],
]);

const READS = /^(?:Describe|Get|List|Search|Filter|Lookup)[A-Z]/;
const PAGING = /^(?:max(?:results|items)|next(?:token)?|marker|limit|startingtoken)$/i;
/** A word that neither a shell nor the CLI's short form reads as anything else. */
const PLAIN = /^[A-Za-z0-9/][A-Za-z0-9._:/+-]*$/;

/** The command, or null where the operation is not one that only reads, or is not known. */
export function awsCommand(call: Pick<ApiCall, 'operation' | 'parameters'>, region: string): string | null {
  const [, prefix, operation] = /^([a-z0-9-]+):([A-Z][A-Za-z0-9]*)$/.exec(call.operation) ?? [];
  const service = SERVICES.get(prefix ?? '');
  if (service === undefined || operation === undefined || !READS.test(operation)) return null;
  const parameters = isRecord(call.parameters) ? call.parameters : {};
  const sent = Object.entries(parameters).filter(
    ([name, value]) => !PAGING.test(name) && value !== undefined && value !== null,
  );
  const place = service === 'iam' ? [] : ['--region', quoted(region)];
  return ['aws', service, kebab(operation), ...argumentsOf(sent), ...place].join(' ');
}

function argumentsOf(sent: readonly (readonly [string, unknown])[]): readonly string[] {
  if (sent.length === 0) return [];
  const short = sent.map(([name, value]) => shortForm(name, value));
  if (short.every((one) => one !== null)) return short.filter((one) => one !== null);
  return ['--cli-input-json', quoted(asciiJson(Object.fromEntries(sent)))];
}

/** `--filters Name=vpc-id,Values=vpc-1,vpc-2`; null where the value is not made of plain words alone. */
function shortForm(name: string, value: unknown): string | null {
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name)) return null;
  const option = `--${kebab(name)}`;
  if (typeof value === 'boolean') return value ? option : `--no-${kebab(name)}`;
  if (isPlain(value)) return `${option} ${value}`;
  if (!Array.isArray(value) || value.length === 0) return null;
  const items: readonly unknown[] = value;
  if (items.every(isPlain)) return `${option} ${items.join(' ')}`;
  const filters = items.map(filterForm);
  return filters.every((one) => one !== null) ? `${option} ${filters.join(' ')}` : null;
}

function filterForm(item: unknown): string | null {
  if (!isRecord(item) || Object.keys(item).join() !== 'Name,Values') return null;
  const { Name: name, Values: values } = item;
  if (!isPlain(name) || !Array.isArray(values) || values.length === 0 || !values.every(isPlain)) return null;
  return `Name=${name},Values=${values.join(',')}`;
}

const isPlain = (value: unknown): value is string | number =>
  typeof value === 'number' || (typeof value === 'string' && PLAIN.test(value) && !value.includes('://'));

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `DescribeVpcs` → `describe-vpcs`, `GetIPSet` → `get-ip-set`. */
const kebab = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();

const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** For a POSIX shell: inside single quotes nothing but the quote itself means anything. */
export const quoted = (text: string): string =>
  PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** By the prefix of an id: the call that describes resources of this kind, and its parameter. */
const DESCRIBED: ReadonlyMap<string, readonly [operation: string, parameter: string]> = new Map([
  ['acl', ['ec2:DescribeNetworkAcls', 'NetworkAclIds']],
  ['eni', ['ec2:DescribeNetworkInterfaces', 'NetworkInterfaceIds']],
  ['igw', ['ec2:DescribeInternetGateways', 'InternetGatewayIds']],
  ['nat', ['ec2:DescribeNatGateways', 'NatGatewayIds']],
  ['pl', ['ec2:DescribeManagedPrefixLists', 'PrefixListIds']],
  ['rtb', ['ec2:DescribeRouteTables', 'RouteTableIds']],
  ['sg', ['ec2:DescribeSecurityGroups', 'GroupIds']],
  ['subnet', ['ec2:DescribeSubnets', 'SubnetIds']],
  ['vpc', ['ec2:DescribeVpcs', 'VpcIds']],
  ['vpce', ['ec2:DescribeVpcEndpoints', 'VpcEndpointIds']],
]);

/** By the start of an ARN's resource part. */
const DESCRIBED_BY_ARN: readonly (readonly [part: RegExp, operation: string, parameter: string])[] = [
  [/^network-firewall:[^:]*:[^:]*:firewall\//, 'network-firewall:DescribeFirewall', 'FirewallArn'],
  [
    /^network-firewall:[^:]*:[^:]*:firewall-policy\//,
    'network-firewall:DescribeFirewallPolicy',
    'FirewallPolicyArn',
  ],
  [
    /^network-firewall:[^:]*:[^:]*:state(?:ful|less)-rulegroup\//,
    'network-firewall:DescribeRuleGroup',
    'RuleGroupArn',
  ],
];

/** Commands that show the named resources themselves, one per kind; whatever is not an id of a known kind is left out. */
export function describeCommands(ids: readonly string[], region: string): readonly string[] {
  const byKind = new Map<string, string[]>();
  for (const id of new Set(ids)) {
    const kind = /^([a-z]+)-[0-9a-f]{8,17}$/.exec(id)?.[1];
    if (kind !== undefined) byKind.set(kind, [...(byKind.get(kind) ?? []), id]);
  }
  const byId = [...byKind].flatMap(([kind, named]) => {
    const [operation, parameter] = DESCRIBED.get(kind) ?? [];
    if (operation === undefined || parameter === undefined) return [];
    const command = awsCommand({ operation, parameters: { [parameter]: named } }, region);
    return command === null ? [] : [command];
  });

  return [...byId, ...[...new Set(ids)].flatMap((arn) => arnCommand(arn, region))];
}

function arnCommand(arn: string, region: string): readonly string[] {
  const [, rest = ''] = /^arn:aws[a-z-]*:(.+)$/.exec(arn) ?? [];
  const [, operation, parameter] = DESCRIBED_BY_ARN.find(([part]) => part.test(rest)) ?? [];
  if (operation === undefined || parameter === undefined) return [];
  const command = awsCommand({ operation, parameters: { [parameter]: arn } }, region);
  return command === null ? [] : [command];
}
