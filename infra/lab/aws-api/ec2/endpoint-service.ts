/** The endpoint services of the region: what interface endpoints can reach and which names they answer to. */
import { DescribeVpcEndpointServicesCommand, type ServiceDetail } from '@aws-sdk/client-ec2';
import type { LabState } from '../../state';
import { dnsSuffixes, serviceNameIn, shortName } from '../../partition';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { zoneId } from './availability-zone';
import { matching, page } from './filters';
import { gatewayServices } from './prefix-list';

export interface EndpointService {
  readonly serviceName: string;
  readonly types: readonly ('Interface' | 'Gateway' | 'GatewayLoadBalancer')[];
  /** Names that private DNS turns to the endpoint; none for services of third parties. */
  readonly privateDnsNames: readonly string[];
  /** The service's part of the endpoint's own regional name, before `.<region>.vpce.amazonaws.com`. */
  readonly dnsLabel: string;
}

/**
 * Services named `com.amazonaws.<region>.<name>` (AWS PrivateLink guide, aws-services-privatelink-support) with
 * the host parts of their private names where these are not simply the name; `*.` stands for every subdomain.
 * An excerpt: what Studio, the probe host and neighbouring services need. Private names partly from MEMORY.
 */
const amazonServices: Readonly<Record<string, readonly string[]>> = {
  s3: ['s3', '*.s3', '*.s3-accesspoint', '*.s3-control'],
  dynamodb: ['dynamodb'],
  'access-analyzer': ['access-analyzer'],
  airflow: [],
  'application-autoscaling': ['application-autoscaling'],
  athena: ['athena'],
  autoscaling: ['autoscaling'],
  bedrock: ['bedrock'],
  'bedrock-agent': ['bedrock-agent'],
  'bedrock-agent-runtime': ['bedrock-agent-runtime'],
  'bedrock-runtime': ['bedrock-runtime'],
  cloudformation: ['cloudformation'],
  cloudtrail: ['cloudtrail'],
  'codeartifact.api': ['codeartifact'],
  'codeartifact.repositories': ['*.d.codeartifact'],
  codecommit: ['codecommit'],
  config: ['config'],
  datazone: ['datazone'],
  ec2: ['ec2'],
  ec2messages: ['ec2messages'],
  'ecr.api': ['api.ecr'],
  'ecr.dkr': ['*.dkr.ecr'],
  ecs: ['ecs'],
  elasticfilesystem: ['elasticfilesystem'],
  elasticmapreduce: ['elasticmapreduce'],
  'emr-containers': ['emr-containers'],
  events: ['events'],
  'execute-api': ['*.execute-api'],
  'git-codecommit': ['git-codecommit'],
  glue: ['glue'],
  'kinesis-firehose': ['firehose'],
  'kinesis-streams': ['kinesis'],
  kms: ['kms'],
  lakeformation: ['lakeformation'],
  lambda: ['lambda'],
  logs: ['logs'],
  monitoring: ['monitoring'],
  'network-firewall': ['network-firewall'],
  'rds-data': ['rds-data'],
  redshift: ['redshift'],
  'redshift-data': ['redshift-data'],
  'sagemaker.api': ['api.sagemaker'],
  'sagemaker.featurestore-runtime': ['featurestore-runtime.sagemaker'],
  'sagemaker.metrics': ['metrics.sagemaker'],
  'sagemaker.runtime': ['runtime.sagemaker'],
  secretsmanager: ['secretsmanager'],
  servicecatalog: ['servicecatalog'],
  sns: ['sns'],
  sqs: ['sqs'],
  ssm: ['ssm'],
  ssmmessages: ['ssmmessages'],
  states: ['states'],
  sts: ['sts'],
  xray: ['xray'],
};

/** Services named `aws.sagemaker.<region>.<name>`, with names under sagemaker.aws (SageMaker guide, studio-interface-endpoint). */
const sagemakerAwsServices: readonly string[] = ['notebook', 'studio', 'experiments', 'partner-app'];

/** In China a gateway endpoint and an interface endpoint of S3 are for services of two names. */
function amazonService(region: string, serviceName: string): EndpointService | null {
  const name = shortName(region, serviceName) ?? '';
  const hosts = amazonServices[name];
  if (!Object.hasOwn(amazonServices, name) || hosts === undefined) return null;
  const possible = gatewayServices.includes(name)
    ? (['Gateway', 'Interface'] as const)
    : (['Interface'] as const);
  const types = possible.filter((type) => serviceNameIn(region, name, type) === serviceName);
  if (types.length === 0) return null;
  return {
    serviceName,
    types,
    privateDnsNames: hosts.map((host) => `${host}.${region}.${dnsSuffixes(region).api}`),
    dnsLabel: name.split('.').toReversed().join('.'),
  };
}

function sagemakerAwsService(region: string, name: string): EndpointService | null {
  if (!sagemakerAwsServices.includes(name)) return null;
  return {
    serviceName: `aws.sagemaker.${region}.${name}`,
    types: ['Interface'],
    privateDnsNames: ['', '*.'].map((any) => `${any}${name}.${region}.${dnsSuffixes(region).studio}`),
    dnsLabel: `${name}.sagemaker`,
  };
}

/** A service that someone offers by PrivateLink; only its form can be checked, and its type is the endpoint's. */
function privateService(region: string, serviceName: string): EndpointService | null {
  const match = /^(?:cn\.)?com\.amazonaws\.vpce\.([a-z0-9-]+)\.(vpce-svc-[0-9a-f]{8,17})$/.exec(serviceName);
  if (match?.[1] !== region || match[2] === undefined) return null;
  return {
    serviceName,
    types: ['Interface', 'GatewayLoadBalancer'],
    privateDnsNames: [],
    dnsLabel: match[2],
  };
}

function serviceNamed(region: string, serviceName: string): EndpointService | null {
  const sagemaker = `aws.sagemaker.${region}.`;
  if (shortName(region, serviceName) !== null) return amazonService(region, serviceName);
  if (serviceName.startsWith(sagemaker))
    return sagemakerAwsService(region, serviceName.slice(sagemaker.length));
  return privateService(region, serviceName);
}

/** The service of that name in the lab's region; `InvalidServiceName` when there is none. */
export function endpointService(state: LabState, serviceName: string): EndpointService {
  const service = serviceNamed(state.region, serviceName);
  if (service === null) {
    throw new ApiError('InvalidServiceName', `The Vpc Endpoint Service '${serviceName}' does not exist`);
  }
  return service;
}

function allServices(region: string): EndpointService[] {
  const names = Object.keys(amazonServices).flatMap((name) =>
    (['Gateway', 'Interface'] as const).map((type) => serviceNameIn(region, name, type)),
  );
  const amazon = [...new Set(names)].map((name) => amazonService(region, name));
  const sagemaker = sagemakerAwsServices.map((name) => sagemakerAwsService(region, name));
  return [...amazon, ...sagemaker].filter((service) => service !== null);
}

/** AWS lists a service once per type that its endpoints can have. */
function details(state: LabState, service: EndpointService): ServiceDetail[] {
  return service.types.map((ServiceType) => ({
    ServiceName: service.serviceName,
    ServiceType: [{ ServiceType }],
    ServiceRegion: state.region,
    AvailabilityZones: [...state.availabilityZones],
    AvailabilityZoneIds: state.availabilityZones.map(zoneId),
    Owner: 'amazon',
    BaseEndpointDnsNames: [`${service.dnsLabel}.${state.region}.vpce.${dnsSuffixes(state.region).api}`],
    ...(ServiceType === 'Interface' && service.privateDnsNames.length > 0
      ? {
          PrivateDnsName: service.privateDnsNames[0],
          PrivateDnsNames: service.privateDnsNames.map((PrivateDnsName) => ({ PrivateDnsName })),
        }
      : {}),
    VpcEndpointPolicySupported: true,
    AcceptanceRequired: false,
    ManagesVpcEndpoints: false,
    Tags: [],
  }));
}

/** DescribeVpcEndpointServices. */
export function endpointServiceHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('ec2', DescribeVpcEndpointServicesCommand, (request) => {
      const names = request.ServiceNames ?? [];
      const services =
        names.length > 0 ? names.map((name) => endpointService(state, name)) : allServices(state.region);
      const matched = matching(
        services.flatMap((service) => details(state, service)),
        {
          filters: request.Filters,
          fields: {
            owner: (detail) => [detail.Owner],
            'service-name': (detail) => [detail.ServiceName],
            'service-region': (detail) => [detail.ServiceRegion],
            'service-type': (detail) => (detail.ServiceType ?? []).map((type) => type.ServiceType),
          },
          tags: (detail) => detail.Tags,
        },
      );
      const { records, NextToken } = page(matched, { context, request, maxResults: [1, 1000] });
      return {
        ServiceNames: [...new Set(records.flatMap((detail) => detail.ServiceName ?? []))],
        ServiceDetails: records,
        NextToken,
      };
    }),
  ];
}
