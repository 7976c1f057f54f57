/** The Studio domains that a run is about. */
import { sectionValue, type Domain, type Snapshot } from '../../infra/snapshot/snapshot';

/** The target's own domain, else every one of its VPC: the section holds those of the whole Region. Throws NotKnown when it is unread. */
export function targetDomains(snapshot: Snapshot): readonly Domain[] {
  const { vpcId, domainId } = snapshot.target;
  return sectionValue(snapshot, 'domains').filter((domain) =>
    domainId === null ? domain.VpcId === vpcId : domain.DomainId === domainId,
  );
}
