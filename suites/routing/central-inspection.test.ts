import { centralMutants } from '../../infra/mutants/mutants-central';
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import homeNetCoversStudio from '../firewall/home-net-covers-studio.check';
import { findingsOn } from '../mutation.fixture';
import egressCrossesFirewall from './egress-crosses-firewall.check';
import pathIsSymmetric from './path-is-symmetric.check';
import returnCrossesFirewall from './return-crosses-firewall.check';

const CHECKS = [egressCrossesFirewall, returnCrossesFirewall, pathIsSymmetric, homeNetCoversStudio];

test.each(centralMutants().map((mutant) => [mutant.id, mutant.check, mutant.breaks, mutant] as const))(
  '%s is noticed by %s: %s',
  (_id, id, _breaks, mutant) => {
    const check = CHECKS.find((one) => one.id === id);
    if (!check) throw new Error(`${id} is not among the checks of this test`);
    const noticed = findingsOn(check, mutant.mutate(referenceSnapshot())).filter(
      ({ outcome }) => outcome === mutant.expect,
    );
    expect(noticed.map(({ because }) => because).join('\n')).toContain(mutant.names);
    if (mutant.expect === 'fail') expect(noticed[0]?.because).toContain('Fix:');
  },
);
