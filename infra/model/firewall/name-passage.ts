/** What becomes of a TLS connection for a name on its way through the VPC's firewalls. */
import type { Snapshot } from '../../snapshot/snapshot';
import { ask } from '../known';
import { closerVerdict } from './closer-verdict';
import { enforcedPolicy } from './firewall-policy';
import { possibleSources } from './possible-sources';
import { firewallsHere } from './subject';
import { namedFlows } from './unlisted-flows';

export type NamePassage =
  | { readonly kind: 'no firewall' }
  | { readonly kind: 'passed'; readonly by: string }
  | { readonly kind: 'blocked'; readonly by: string }
  | { readonly kind: 'undecided'; readonly because: string };

const HTTPS = 443n;

/**
 * Whether the VPC's firewall passes TLS for a name to some address. With several firewalls the first that passes it
 * counts: which of them is on the way is a question of routes. Never throws {@link NotKnown}.
 */
export function namePassage(snapshot: Snapshot, name: string): NamePassage {
  const answer = ask(() => passage(snapshot, name));
  return answer.known ? answer.value : { kind: 'undecided', because: answer.because };
}

function passage(snapshot: Snapshot, name: string): NamePassage {
  const ends = possibleSources(snapshot);
  const verdicts = firewallsHere(snapshot).flatMap((firewall) => {
    const policy = enforcedPolicy(snapshot, firewall);
    const flows = namedFlows(policy, ends, { application: 'tls', name }).filter(({ port }) => port === HTTPS);
    return flows.map((flow) => closerVerdict(policy, flow));
  });
  for (const verdict of verdicts) {
    if (verdict.outcome === 'passed' || verdict.outcome === 'listed')
      return { kind: 'passed', by: verdict.by };
  }
  for (const verdict of verdicts) {
    if (verdict.outcome === 'undecided') return { kind: 'undecided', because: verdict.because };
  }
  const [first] = verdicts;
  return first?.outcome === 'blocked' ? { kind: 'blocked', by: first.by } : { kind: 'no firewall' };
}
