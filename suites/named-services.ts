/** Services that Studio's own settings name, over and above those that every VpcOnly domain needs. */
import { namePassage } from '../infra/model/firewall/name-passage';
import { publicServiceName } from '../infra/model/public-service-name';
import type { Snapshot } from '../infra/snapshot/snapshot';

/**
 * The endpoints without which what the settings name is out of reach: today Git repositories in CodeCommit, which
 * Studio clones. Nothing where the firewall passes the service's public name, or may: then it is reached as the allow
 * list intends. Nothing either where the settings could not be read: what is not known is not demanded.
 *
 * Facts: SageMaker API reference, `CodeRepository` (`RepositoryUrl`); CodeCommit user guide, "Using AWS CodeCommit with
 * interface VPC endpoints" (`git-codecommit` serves Git, MEMORY).
 */
export function namedServices(snapshot: Snapshot): readonly string[] {
  const { region } = snapshot.target;
  const name = publicServiceName('git-codecommit', region);
  if (name === null || !repositoryUrls(snapshot).some((url) => url.startsWith(`https://${name}/`))) return [];
  return namePassage(snapshot, name).kind === 'blocked' ? ['git-codecommit'] : [];
}

/** The Git repositories of the VPC's domains, their user profiles and spaces. */
function repositoryUrls(snapshot: Snapshot): readonly string[] {
  const { domains, userProfiles, spaces } = snapshot.sections;
  const own = domains.status === 'read' ? domains.value : [];
  const here = own.filter(({ VpcId }) => VpcId === snapshot.target.vpcId);
  const ids = new Set(here.map(({ DomainId }) => DomainId));
  const inside = [userProfiles, spaces].flatMap((section) =>
    section.status === 'read' ? section.value.filter(({ DomainId }) => ids.has(DomainId)) : [],
  );
  // Repositories stand in the settings of several kinds of app; the member's name is the same in all.
  const text = JSON.stringify([here, inside]);
  return [...text.matchAll(/"RepositoryUrl":"([^"]*)"/g)].map(([, url = '']) => url);
}
