/** Faults of VPC endpoints. Ids are those of the mutation catalogue. */
import { editEndpoint } from './endpoint-changes';
import { editList, inTurn } from './firewall-changes';
import type { Mutant, Sketch } from './mutant';
import { change, mutantsOf, unread, without } from './mutant';
import { endpointPolicyMutants } from './mutants-endpoint-policies';
import { interfaceEndpoint } from './reference-endpoints';

/** What the checks of endpoints must notice. */
export function endpointMutants(): readonly Mutant[] {
  return [
    ...mutantsOf(
      'endpoints/required-exist',
      [...missing(), ...withoutSagemaker()],
      ['vpcEndpoints', 'routeTables', 'domains'],
    ),
    ...mutantsOf('endpoints/available', unavailable(), ['vpcEndpoints']),
    ...mutantsOf('endpoints/private-dns', unresolved(), ['vpcEndpoints', 'vpcAttributes']),
    ...endpointPolicyMutants(),
  ];
}

function missing(): readonly Sketch[] {
  return [
    [
      'E01',
      'The endpoint of sagemaker.api is gone.',
      'fail',
      'no endpoint for sagemaker.api',
      (s) =>
        change(s, 'vpcEndpoints', (list) =>
          without(list, (one) => one.ServiceName?.endsWith('.sagemaker.api') === true),
        ),
    ],
    [
      'E01d',
      'The endpoint of sagemaker.api is deleted and still listed.',
      'fail',
      'no endpoint for sagemaker.api',
      editEndpoint('vpce-sagemaker-api', (one) => ({ ...one, State: 'Deleted' })),
    ],
    [
      'E01v',
      'The endpoint of sts is of another VPC.',
      'fail',
      'no endpoint for sts',
      editEndpoint('vpce-sts', (one) => ({ ...one, VpcId: 'vpc-other' })),
    ],
    [
      'E07',
      'The S3 gateway endpoint is in the table of the NAT subnet only.',
      'fail',
      'not in rtb-studio, the route table of subnet-studio',
      editEndpoint('vpce-s3', (one) => ({ ...one, RouteTableIds: ['rtb-nat'] })),
    ],
    [
      'E07d',
      'Beside it stands an S3 interface endpoint whose names nobody uses.',
      'fail',
      'not in rtb-studio',
      (s) =>
        change(
          editEndpoint('vpce-s3', (one) => ({ ...one, RouteTableIds: [] }))(s),
          'vpcEndpoints',
          (list) => [
            ...list,
            interfaceEndpoint('com.amazonaws.us-east-1.s3', {
              VpcEndpointId: 'vpce-s3-interface',
              PrivateDnsEnabled: false,
            }),
          ],
        ),
    ],
    [
      'E07i',
      'Beside it stands an S3 interface endpoint whose names only on-premises clients use.',
      'fail',
      'not in rtb-studio',
      (s) =>
        change(
          editEndpoint('vpce-s3', (one) => ({ ...one, RouteTableIds: ['rtb-nat'] }))(s),
          'vpcEndpoints',
          (list) => [
            ...list,
            interfaceEndpoint('com.amazonaws.us-east-1.s3', {
              VpcEndpointId: 'vpce-s3-interface',
              DnsOptions: { PrivateDnsOnlyForInboundResolverEndpoint: true },
            }),
          ],
        ),
    ],
    [
      'E07u',
      'AWS did not return the route tables of the S3 gateway endpoint.',
      'unknown',
      'RouteTableIds of vpce-s3',
      editEndpoint('vpce-s3', (one) => ({ ...one, RouteTableIds: undefined })),
    ],
  ];
}

/** The same endpoint is gone, and the finding must say what becomes of the calls. */
function withoutSagemaker(): readonly Sketch[] {
  const gone: Mutant['mutate'] = (s) =>
    change(s, 'vpcEndpoints', (list) => without(list, (one) => one.VpcEndpointId === 'vpce-sagemaker-api'));
  const name = 'api.sagemaker.us-east-1.amazonaws.com';
  return [
    [
      'E01b',
      'The endpoint of sagemaker.api is gone, and the allow list does not cover its public name.',
      'fail',
      `calls to ${name} take the way to the internet, where the firewall blocks them`,
      gone,
    ],
    [
      'E01p',
      'The endpoint of sagemaker.api is gone, and the allow list covers its public name.',
      'fail',
      'the firewall passes them (.amazonaws.com of allowed-domains)',
      inTurn(gone, editList({ Targets: ['.amazonaws.com'] })),
    ],
    [
      'E01q',
      'The endpoint of sagemaker.api is gone, and the allow list is not known.',
      'fail',
      'whether the firewall passes them is not known',
      (s) => unread(gone(s), 'ruleGroups'),
    ],
  ];
}

function unavailable(): readonly Sketch[] {
  return [
    [
      'E20',
      'An endpoint failed.',
      'fail',
      'vpce-sts',
      editEndpoint('vpce-sts', (one) => ({ ...one, State: 'Failed' })),
    ],
    [
      'E21',
      'An endpoint was rejected.',
      'fail',
      'Rejected',
      editEndpoint('vpce-sts', (one) => ({ ...one, State: 'Rejected' })),
    ],
    [
      'E22',
      'An endpoint is still being made.',
      'unknown',
      'pending',
      editEndpoint('vpce-sts', (one) => ({ ...one, State: 'Pending' })),
    ],
  ];
}

function unresolved(): readonly Sketch[] {
  return [
    [
      'E03',
      'An endpoint has no private DNS.',
      'fail',
      'PrivateDnsEnabled of vpce-sagemaker-api',
      editEndpoint('vpce-sagemaker-api', (one) => ({ ...one, PrivateDnsEnabled: false })),
    ],
    [
      'E23',
      'The VPC has no DNS hostnames.',
      'fail',
      'EnableDnsHostnames',
      (s) => change(s, 'vpcAttributes', (one) => ({ ...one, EnableDnsHostnames: false })),
    ],
    [
      'E24',
      'The VPC has no DNS.',
      'fail',
      'EnableDnsSupport',
      (s) => change(s, 'vpcAttributes', (one) => ({ ...one, EnableDnsSupport: false })),
    ],
    [
      'E03d',
      'Only a second endpoint of the service, which failed, has private DNS.',
      'fail',
      'PrivateDnsEnabled of vpce-sts',
      (s) =>
        change(
          editEndpoint('vpce-sts', (one) => ({ ...one, PrivateDnsEnabled: false }))(s),
          'vpcEndpoints',
          (list) => [
            ...list,
            interfaceEndpoint('com.amazonaws.us-east-1.sts', {
              VpcEndpointId: 'vpce-sts-2',
              State: 'Failed',
            }),
          ],
        ),
    ],
    [
      'E25',
      'AWS did not return whether private DNS is on.',
      'unknown',
      'PrivateDnsEnabled of vpce-sagemaker-api',
      editEndpoint('vpce-sagemaker-api', (one) => ({ ...one, PrivateDnsEnabled: undefined })),
    ],
  ];
}
