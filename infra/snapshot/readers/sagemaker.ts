/** Studio: every domain of the region, and what stands in those of the VPC; notebook instances. */
import {
  DescribeDomainCommand,
  DescribeNotebookInstanceCommand,
  DescribeSpaceCommand,
  DescribeUserProfileCommand,
  ListAppsCommand,
  ListDomainsCommand,
  ListNotebookInstancesCommand,
  ListSpacesCommand,
  ListUserProfilesCommand,
} from '@aws-sdk/client-sagemaker';
import { CallFailed, NotReturned } from '../call-failed';
import { describedOf, type Reading, type SectionReaders } from './reading';

/** `MaxResults` that SageMaker's list operations allow (API reference). */
const MAX_RESULTS = 100;

export const sagemakerReaders = {
  domains: ({ ask, pages }) =>
    describedOf({
      list: () => pages('sagemaker', ListDomainsCommand, { MaxResults: MAX_RESULTS }, (page) => page.Domains),
      describe: ({ DomainId }) => ask('sagemaker', DescribeDomainCommand, { DomainId }),
      key: ({ DomainId }) => `${DomainId}`,
      isGone,
    }),
  userProfiles: (reading) =>
    ofEveryDomain(reading, (DomainIdEquals) =>
      describedOf({
        list: () =>
          reading.pages(
            'sagemaker',
            ListUserProfilesCommand,
            { DomainIdEquals, MaxResults: MAX_RESULTS },
            (page) => page.UserProfiles,
          ),
        describe: ({ DomainId, UserProfileName }) =>
          reading.ask('sagemaker', DescribeUserProfileCommand, { DomainId, UserProfileName }),
        key: ({ UserProfileName }) => `${UserProfileName}`,
        isGone,
      }),
    ),
  spaces: (reading) =>
    ofEveryDomain(reading, (DomainIdEquals) =>
      describedOf({
        list: () =>
          reading.pages(
            'sagemaker',
            ListSpacesCommand,
            { DomainIdEquals, MaxResults: MAX_RESULTS },
            (page) => page.Spaces,
          ),
        describe: ({ DomainId, SpaceName }) =>
          reading.ask('sagemaker', DescribeSpaceCommand, { DomainId, SpaceName }),
        key: ({ SpaceName }) => `${SpaceName}`,
        isGone,
      }),
    ),
  apps: (reading) =>
    ofEveryDomain(reading, (DomainIdEquals) =>
      reading.pages(
        'sagemaker',
        ListAppsCommand,
        { DomainIdEquals, MaxResults: MAX_RESULTS },
        (page) => page.Apps,
      ),
    ),
  notebookInstances: ({ ask, pages }) =>
    describedOf({
      list: () =>
        pages(
          'sagemaker',
          ListNotebookInstancesCommand,
          { MaxResults: MAX_RESULTS },
          (page) => page.NotebookInstances,
        ),
      describe: ({ NotebookInstanceName }) =>
        ask('sagemaker', DescribeNotebookInstanceCommand, { NotebookInstanceName }),
      key: ({ NotebookInstanceName }) => `${NotebookInstanceName}`,
      isGone: ({ code, message }) => code === 'ValidationException' && message.includes('RecordNotFound'),
    }),
} satisfies Partial<SectionReaders>;

/**
 * SageMaker API reference, DescribeDomain, DescribeUserProfile, DescribeSpace: ResourceNotFound. DescribeNotebookInstance has no
 * error of its own and answers a ValidationException (REPORT: Terraform's AWS provider, notebook_instance).
 */
function isGone({ code }: CallFailed): boolean {
  return code === 'ResourceNotFound';
}

/**
 * The domains that a run is about: those in the VPC, and the one that was named, wherever it is. A domain from SageMaker Unified
 * Studio can be in no VPC, with PublicInternetOnly alone (SageMaker API reference, CreateDomain, VpcId); of any other without a
 * VpcId nobody knows where it is.
 */
async function ofEveryDomain<T>(
  { section, target }: Reading,
  read: (domainId: string) => Promise<T[]>,
): Promise<T[]> {
  const domains = await section('domains');
  const ids = domains.flatMap(({ DomainId, VpcId, AppNetworkAccessType }) => {
    const isWithoutVpc = VpcId === undefined && AppNetworkAccessType === 'PublicInternetOnly';
    if (DomainId === undefined || (VpcId === undefined && !isWithoutVpc))
      throw new CallFailed(
        'sagemaker:DescribeDomain',
        new NotReturned('AWS did not return DomainId and VpcId of a domain'),
      );
    return VpcId === target.vpcId || DomainId === target.domainId ? [DomainId] : [];
  });
  return (await Promise.all(ids.map(read))).flat();
}
