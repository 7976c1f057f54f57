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
import { CallFailed, NotReturned } from '../calls';
import type { Reading, SectionReaders } from './reading';

/** `MaxResults` that SageMaker's list operations allow (API reference). */
const MAX_RESULTS = 100;

export const sagemakerReaders = {
  domains: async ({ ask, pages }) => {
    const listed = await pages(
      'sagemaker',
      ListDomainsCommand,
      { MaxResults: MAX_RESULTS },
      (page) => page.Domains,
    );
    return Promise.all(listed.map(({ DomainId }) => ask('sagemaker', DescribeDomainCommand, { DomainId })));
  },
  userProfiles: async (reading) => {
    const listed = await ofEveryDomain(reading, (DomainIdEquals) =>
      reading.pages(
        'sagemaker',
        ListUserProfilesCommand,
        { DomainIdEquals, MaxResults: MAX_RESULTS },
        (page) => page.UserProfiles,
      ),
    );
    return Promise.all(
      listed.map(({ DomainId, UserProfileName }) =>
        reading.ask('sagemaker', DescribeUserProfileCommand, { DomainId, UserProfileName }),
      ),
    );
  },
  spaces: async (reading) => {
    const listed = await ofEveryDomain(reading, (DomainIdEquals) =>
      reading.pages(
        'sagemaker',
        ListSpacesCommand,
        { DomainIdEquals, MaxResults: MAX_RESULTS },
        (page) => page.Spaces,
      ),
    );
    return Promise.all(
      listed.map(({ DomainId, SpaceName }) =>
        reading.ask('sagemaker', DescribeSpaceCommand, { DomainId, SpaceName }),
      ),
    );
  },
  apps: (reading) =>
    ofEveryDomain(reading, (DomainIdEquals) =>
      reading.pages(
        'sagemaker',
        ListAppsCommand,
        { DomainIdEquals, MaxResults: MAX_RESULTS },
        (page) => page.Apps,
      ),
    ),
  notebookInstances: async ({ ask, pages }) => {
    const listed = await pages(
      'sagemaker',
      ListNotebookInstancesCommand,
      { MaxResults: MAX_RESULTS },
      (page) => page.NotebookInstances,
    );
    return Promise.all(
      listed.map(({ NotebookInstanceName }) =>
        ask('sagemaker', DescribeNotebookInstanceCommand, { NotebookInstanceName }),
      ),
    );
  },
} satisfies Partial<SectionReaders>;

/** The domains that a run is about: those in the VPC, and the one that was named, wherever it is. */
async function ofEveryDomain<T>(
  { section, target }: Reading,
  read: (domainId: string) => Promise<T[]>,
): Promise<T[]> {
  const domains = await section('domains');
  const ids = domains.flatMap(({ DomainId, VpcId }) => {
    if (DomainId === undefined || VpcId === undefined)
      throw new CallFailed(
        'sagemaker:DescribeDomain',
        new NotReturned('AWS did not return DomainId and VpcId of a domain'),
      );
    return VpcId === target.vpcId || DomainId === target.domainId ? [DomainId] : [];
  });
  return (await Promise.all(ids.map(read))).flat();
}
