/** The small changes of VPC endpoints that mutants are made of. */
import type { Snapshot, VpcEndpoint } from '../snapshot/snapshot';
import { change, edited } from './mutant';

/** The change of one endpoint; it must be there. */
export function editEndpoint(
  id: string,
  edit: (endpoint: VpcEndpoint) => VpcEndpoint,
): (snapshot: Snapshot) => Snapshot {
  return (s) => change(s, 'vpcEndpoints', (list) => edited(list, (one) => one.VpcEndpointId === id, edit));
}
