/** Faults of the security groups that Studio's settings name. Ids are those of the mutation catalogue. */
import type { Domain, SectionValues, Snapshot } from '../snapshot/snapshot';
import type { Mutant, Sketch } from './mutant';
import { change, mutantsOf } from './mutant';
import { ROLE_ARN } from './reference-role';

/** What the check of overrides must notice. */
export function overridesMutants(): readonly Mutant[] {
  return mutantsOf(
    'vpc-only/overrides-keep-security-groups',
    [...foreignGroups(), ...noGroups(), ...openQuestions()],
    ['domains', 'userProfiles', 'spaces', 'securityGroups'],
  );
}

type Profile = SectionValues['userProfiles'][number];

function editDomain(edit: (one: Domain) => Domain): (snapshot: Snapshot) => Snapshot {
  return (s) => change(s, 'domains', (list) => list.map(edit));
}

function editProfile(edit: (one: Profile) => Profile): (snapshot: Snapshot) => Snapshot {
  return (s) => change(s, 'userProfiles', (list) => list.map(edit));
}

function foreignGroups(): readonly Sketch[] {
  return [
    [
      'D02',
      'A user profile brings a group that nobody approved.',
      'fail',
      'UserSettings of the user profile user name sg-default',
      editProfile((one) => ({ ...one, UserSettings: { SecurityGroups: ['sg-studio', 'sg-default'] } })),
    ],
    [
      'D02a',
      'The default for shared spaces is another group.',
      'fail',
      'DefaultSpaceSettings of d-studio name sg-default',
      editDomain((one) => ({
        ...one,
        DefaultSpaceSettings: { ExecutionRole: ROLE_ARN, SecurityGroups: ['sg-default'] },
      })),
    ],
    [
      'D02b',
      "The domain's own apps have another group.",
      'fail',
      'DomainSettings of d-studio name sg-endpoints',
      editDomain((one) => ({ ...one, DomainSettings: { SecurityGroupIds: ['sg-endpoints'] } })),
    ],
    [
      'D02c',
      'The default is a group that the owner did not approve.',
      'fail',
      'DefaultUserSettings of d-studio name sg-default',
      editDomain((one) => ({ ...one, DefaultUserSettings: { SecurityGroups: ['sg-default'] } })),
    ],
    [
      'D02d',
      'A user profile brings a group of another VPC.',
      'fail',
      'sg-elsewhere',
      editProfile((one) => ({ ...one, UserSettings: { SecurityGroups: ['sg-elsewhere'] } })),
    ],
  ];
}

function noGroups(): readonly Sketch[] {
  return [
    [
      'D06',
      'The default names no group, though SageMaker manages some.',
      'fail',
      'DefaultUserSettings of d-studio name no security group',
      editDomain((one) => ({
        ...one,
        AppSecurityGroupManagement: 'Service',
        DefaultUserSettings: { ExecutionRole: ROLE_ARN, SecurityGroups: [] },
      })),
    ],
    [
      'D06a',
      'The default does not speak of groups.',
      'fail',
      'DefaultUserSettings of d-studio name no security group',
      editDomain((one) => ({ ...one, DefaultUserSettings: { ExecutionRole: ROLE_ARN } })),
    ],
    [
      'D06b',
      'Shared spaces are set up without a group.',
      'fail',
      'DefaultSpaceSettings of d-studio name no security group',
      editDomain((one) => ({ ...one, DefaultSpaceSettings: { ExecutionRole: ROLE_ARN } })),
    ],
  ];
}

function openQuestions(): readonly Sketch[] {
  return [
    [
      'D06c',
      'AWS did not return the default settings.',
      'unknown',
      'DefaultUserSettings of the domain d-studio',
      editDomain((one) => ({ ...one, DefaultUserSettings: undefined })),
    ],
    [
      'D06d',
      'There is a shared space and no default for it.',
      'unknown',
      'The space team is not a private one',
      (s) =>
        change(s, 'spaces', (list) => [
          ...list,
          { DomainId: 'd-studio', SpaceName: 'team', SpaceSharingSettings: { SharingType: 'Shared' } },
        ]),
    ],
    [
      'D02e',
      'The approved group is not in the VPC.',
      'unknown',
      'sg-studio, which is not among the security groups of vpc-studio',
      (s) => change(s, 'securityGroups', (list) => list.filter(({ GroupId }) => GroupId !== 'sg-studio')),
    ],
    [
      'D02f',
      'AWS did not return whose a user profile is.',
      'unknown',
      'DomainId of a user profile',
      editProfile((one) => ({ ...one, DomainId: undefined })),
    ],
  ];
}
