/**
 * User profiles, default settings and spaces bring no other security groups than approved, and none are empty.
 *
 * What
 *   `SecurityGroups` of the domain's default user and space settings, `SecurityGroupIds` of the domain's own settings
 *   and `SecurityGroups` of every user profile name only groups that the intent approves; without a declared intent,
 *   those of the default user settings. The default settings name at least one; a user profile without groups has
 *   those of the default, a shared space those of the default space settings. The groups that SageMaker adds by itself
 *   (for NFS, and for RStudio where AppSecurityGroupManagement is Service) are not in these settings and not judged.
 *
 * Why
 *   A profile's groups add to the domain's, so one wide group opens that user's apps. Where no group is named, the apps
 *   get one that nobody chose, such as the VPC's default group.
 *
 * Fix
 *   AWS::SageMaker::UserProfile `UserSettings.SecurityGroups`, AWS::SageMaker::Domain
 *   `DefaultUserSettings.SecurityGroups` and `DefaultSpaceSettings.SecurityGroups`: name approved groups.
 *   aws sagemaker update-user-profile --domain-id d-… --user-profile-name … --user-settings SecurityGroups=sg-…
 *
 * References
 *   https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UserSettings.html
 *   https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DefaultSpaceSettings.html
 *   https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-and-internet-access.html
 */
import { studioDomains } from '../../infra/model/studio';
import type { Domain, SectionValues, Snapshot } from '../../infra/snapshot/snapshot';
import { returned, sectionValue } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';

export default {
  id: 'vpc-only/overrides-keep-security-groups',
  statement:
    'User profiles, default settings and spaces bring no other security groups than approved, and none are empty.',
  severity: 'high',
  controls: ['NIST-800-53r5:AC-4', 'NIST-800-53r5:SC-7'],
  judge({ snapshot, intent }) {
    const domains = studioDomains(snapshot);
    const standing = new Set(
      sectionValue(snapshot, 'securityGroups').map(({ GroupId }) => returned(GroupId, 'GroupId')),
    );
    const settings = domains.flatMap((domain) => [
      ...settingsOf(domain),
      ...profilesOf(snapshot, domain),
      ...sharedSpacesOf(snapshot, domain),
    ]);
    const { vpcId } = snapshot.target;
    return settings.map((one) => judged(one, { vpcId, approved: intent.approvedSecurityGroups, standing }));
  },
} satisfies Check;

interface Settings {
  readonly subject: string;
  /** Where they stand, as the beginning of a sentence. */
  readonly where: string;
  readonly groups: readonly string[];
  /** What an app without any group of these settings has. */
  readonly whenEmpty: 'what the default names' | 'what nobody chose' | 'not documented';
  /** The property, and the call that changes it. */
  readonly fix: string;
}

function settingsOf(domain: Domain): readonly Settings[] {
  const id = returned(domain.DomainId, 'DomainId');
  const subject = domain.DomainArn ?? id;
  const update = `aws sagemaker update-domain --domain-id ${id}`;
  const user = returned(domain.DefaultUserSettings, `DefaultUserSettings of the domain ${id}`);
  const space = domain.DefaultSpaceSettings;
  const own = domain.DomainSettings?.SecurityGroupIds;
  return [
    {
      subject,
      where: `DefaultUserSettings of ${id}`,
      groups: user.SecurityGroups ?? [],
      whenEmpty: 'what nobody chose',
      fix: `AWS::SageMaker::Domain DefaultUserSettings.SecurityGroups (${update} --default-user-settings SecurityGroups=sg-…)`,
    },
    // Without these settings a domain has no shared spaces.
    ...(space === undefined
      ? []
      : [
          {
            subject,
            where: `DefaultSpaceSettings of ${id}`,
            groups: space.SecurityGroups ?? [],
            whenEmpty: 'what nobody chose' as const,
            fix: `AWS::SageMaker::Domain DefaultSpaceSettings.SecurityGroups (${update} --default-space-settings SecurityGroups=sg-…)`,
          },
        ]),
    ...(own === undefined
      ? []
      : [
          {
            subject,
            where: `DomainSettings of ${id}`,
            groups: own,
            whenEmpty: 'what the default names' as const,
            fix: `AWS::SageMaker::Domain DomainSettings.SecurityGroupIds (${update} --domain-settings-for-update SecurityGroupIds=sg-…)`,
          },
        ]),
  ];
}

function profilesOf(snapshot: Snapshot, { DomainId }: Domain): readonly Settings[] {
  return ofDomain(sectionValue(snapshot, 'userProfiles'), DomainId, 'user profile').map((profile) => {
    const name = returned(profile.UserProfileName, 'UserProfileName');
    return {
      subject: profile.UserProfileArn ?? name,
      where: `UserSettings of the user profile ${name}`,
      groups: profile.UserSettings?.SecurityGroups ?? [],
      whenEmpty: 'what the default names',
      fix: `AWS::SageMaker::UserProfile UserSettings.SecurityGroups (aws sagemaker update-user-profile --domain-id ${DomainId} --user-profile-name ${name} --user-settings SecurityGroups=sg-…)`,
    };
  });
}

/** A space has no groups of its own: a private one has its owner's, a shared one the domain's default for spaces. */
function sharedSpacesOf(snapshot: Snapshot, domain: Domain): readonly Settings[] {
  const spaces = ofDomain(sectionValue(snapshot, 'spaces'), domain.DomainId, 'space');
  if (domain.DefaultSpaceSettings !== undefined) return [];
  return spaces
    .filter(({ SpaceSharingSettings: sharing }) => sharing?.SharingType !== 'Private')
    .map(({ SpaceArn, SpaceName }) => ({
      subject: SpaceArn ?? returned(SpaceName, 'SpaceName'),
      where: `The space ${SpaceName}`,
      groups: [],
      whenEmpty: 'not documented',
      fix: '',
    }));
}

type OfDomain = Pick<SectionValues['spaces'][number], 'DomainId'>;

function ofDomain<T extends OfDomain>(items: readonly T[], id: string | undefined, what: string): T[] {
  return items.filter((item) => returned(item.DomainId, `DomainId of a ${what}`) === id);
}

interface Groups {
  readonly vpcId: string;
  readonly approved: readonly string[];
  /** Those that are in the VPC. */
  readonly standing: ReadonlySet<string>;
}

function judged(
  { subject, where, groups, whenEmpty, fix }: Settings,
  { vpcId, approved, standing }: Groups,
): Judgement {
  const foreign = groups.filter((group) => !approved.includes(group));
  if (foreign.length > 0) {
    const because = `${where} name ${foreign.join(', ')}, which ${foreign.length === 1 ? 'is' : 'are'} not approved (approved: ${approved.join(', ') || 'none'}). Fix: ${fix} without ${foreign.join(', ')}, or approve it in the intent.`;
    return { outcome: 'fail', subject, because };
  }
  const gone = groups.filter((group) => !standing.has(group));
  if (gone.length > 0) {
    const because = `${where} name ${gone.join(', ')}, which is not among the security groups of ${vpcId}: deleted, or of another VPC.`;
    return { outcome: 'unknown', subject, because };
  }
  if (groups.length > 0 || whenEmpty === 'what the default names')
    return {
      outcome: 'pass',
      subject,
      because: `${where} name ${groups.join(', ') || 'no group of their own'}.`,
    };
  if (whenEmpty === 'not documented') {
    const because = `${where} is not a private one and its domain has no DefaultSpaceSettings: which security groups its apps have is not documented.`;
    return { outcome: 'unknown', subject, because };
  }
  const because = `${where} name no security group: apps get one that nobody chose, such as the default group of ${vpcId}. Fix: ${fix}.`;
  return { outcome: 'fail', subject, because };
}
