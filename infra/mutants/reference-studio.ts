/** The reference network's Studio: one VpcOnly domain with one user profile, its role, the probe host. */
import type { SectionValues } from '../snapshot/snapshot';
import { executionRole, ROLE_ARN } from './reference-role';

const ACCOUNT = '111122223333';
const SAGEMAKER = `arn:aws:sagemaker:us-east-1:${ACCOUNT}`;

type StudioSections = Pick<
  SectionValues,
  | 'callerIdentity'
  | 'domains'
  | 'userProfiles'
  | 'spaces'
  | 'apps'
  | 'notebookInstances'
  | 'executionRoles'
  | 'managedInstances'
>;

/** The sections that SageMaker, IAM, STS and Systems Manager answer. */
export function referenceStudio(): StudioSections {
  return {
    callerIdentity: { Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:role/auditor`, UserId: 'AROAEXAMPLE' },
    domains: [domain('d-studio')],
    userProfiles: [
      {
        DomainId: 'd-studio',
        UserProfileName: 'user',
        UserProfileArn: `${SAGEMAKER}:user-profile/d-studio/user`,
        Status: 'InService',
        UserSettings: { ExecutionRole: ROLE_ARN },
      },
    ],
    spaces: [],
    apps: [],
    notebookInstances: [notebook('quiet')],
    executionRoles: [executionRole()],
    managedInstances: [],
  };
}

/** A VpcOnly domain of the reference VPC. */
export function domain(id: string): SectionValues['domains'][number] {
  return {
    DomainArn: `${SAGEMAKER}:domain/${id}`,
    DomainId: id,
    DomainName: id,
    Status: 'InService',
    AuthMode: 'IAM',
    VpcId: 'vpc-studio',
    SubnetIds: ['subnet-studio'],
    AppNetworkAccessType: 'VpcOnly',
    DefaultUserSettings: { ExecutionRole: ROLE_ARN, SecurityGroups: ['sg-studio'] },
  };
}

/** A notebook instance without direct internet access. */
export function notebook(name: string): SectionValues['notebookInstances'][number] {
  return {
    NotebookInstanceName: name,
    NotebookInstanceArn: `${SAGEMAKER}:notebook-instance/${name}`,
    NotebookInstanceStatus: 'InService',
    SubnetId: 'subnet-studio',
    SecurityGroups: ['sg-studio'],
    DirectInternetAccess: 'Disabled',
  };
}
