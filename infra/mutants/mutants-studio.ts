/** Faults of the Studio domain and of notebook instances. Ids are those of the mutation catalogue. */
import type { Mutant, Sketch } from './mutant';
import { change, mutantsOf } from './mutant';
import { domain, notebook } from './reference-studio';

/** What the checks of vpc-only must notice. */
export function vpcOnlyMutants(): readonly Mutant[] {
  return [
    ...mutantsOf('vpc-only/domain-is-vpc-only', domains(), ['domains']),
    ...mutantsOf('vpc-only/notebooks-have-no-direct-internet', notebooks(), ['notebookInstances']),
  ];
}

function domains(): readonly Sketch[] {
  return [
    [
      'D01',
      'The domain reaches the internet past the VPC.',
      'fail',
      'd-studio is PublicInternetOnly',
      (s) =>
        change(s, 'domains', (list) =>
          list.map((one) => ({ ...one, AppNetworkAccessType: 'PublicInternetOnly' })),
        ),
    ],
    [
      'D04',
      'A second domain of the VPC reaches the internet past it.',
      'fail',
      'd-second is PublicInternetOnly',
      (s) =>
        change(s, 'domains', (list) => [
          ...list,
          { ...domain('d-second'), AppNetworkAccessType: 'PublicInternetOnly' },
        ]),
    ],
    [
      'D20',
      'AWS did not return the access type.',
      'unknown',
      'AppNetworkAccessType of d-studio was not returned',
      (s) => change(s, 'domains', (list) => list.map((one) => ({ ...one, AppNetworkAccessType: undefined }))),
    ],
    [
      'D21',
      'The domain moved to another VPC.',
      'unknown',
      'd-studio is not among',
      (s) => change(s, 'domains', (list) => list.map((one) => ({ ...one, VpcId: 'vpc-other' }))),
    ],
  ];
}

function notebooks(): readonly Sketch[] {
  return [
    [
      'D22',
      'A notebook instance has direct internet access.',
      'fail',
      'DirectInternetAccess of loud is Enabled',
      (s) =>
        change(s, 'notebookInstances', (list) => [
          ...list,
          { ...notebook('loud'), DirectInternetAccess: 'Enabled' },
        ]),
    ],
    [
      'D23',
      'AWS did not return whether a notebook instance has.',
      'unknown',
      'DirectInternetAccess of quiet',
      (s) =>
        change(s, 'notebookInstances', (list) =>
          list.map((one) => ({ ...one, DirectInternetAccess: undefined })),
        ),
    ],
  ];
}
