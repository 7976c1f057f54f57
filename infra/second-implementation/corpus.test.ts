/** The model on recorded answers of real accounts: no check breaks on them, and the ways out are those that their authors built. */
import { checkFiles, loadCheck } from '../../suites/registry';
import { derivedIntent } from '../../suites/derived-intent';
import { judge } from '../../suites/judge';
import { networkOf } from '../model/network';
import { egressProof } from '../model/routing';
import { change } from '../mutants/mutant';
import { sectionValue, type Snapshot } from '../snapshot/snapshot';
import { corpora, corpusSnapshot } from './corpus.fixture';

const names = corpora();

/** Recorded before EC2 returned the state of an association and the kind of a NAT gateway: what stood then was in force. */
function completed(recorded: Snapshot): Snapshot {
  const tables = change(recorded, 'routeTables', (all) =>
    all.map((table) => ({
      ...table,
      Associations: table.Associations?.map((one) => ({
        AssociationState: { State: 'associated' as const },
        ...one,
      })),
    })),
  );
  return change(tables, 'natGateways', (all) =>
    all.map((nat) => ({ ConnectivityType: 'public' as const, ...nat })),
  );
}

/** `violated by igw-…` or the proof's status, by the subnet's Name tag. */
function answers(snapshot: Snapshot): Record<string, string> {
  const network = networkOf(snapshot);
  return Object.fromEntries(
    sectionValue(snapshot, 'subnets').map(({ SubnetId = '', Tags }) => {
      const name = Tags?.find(({ Key }) => Key === 'Name')?.Value ?? SubnetId;
      const proof = egressProof(network, SubnetId);
      const by = proof.status === 'violated' ? ` ${/leaves by (igw|nat)-/.exec(proof.because)?.[1]}` : '';
      return [name, `${proof.status}${by}`];
    }),
  );
}

// Jest would count a skipped test against the whole run; this one says by its name that nothing was tried.
if (names.length === 0)
  test('not run: no recorded corpora stand beside the project', () => expect(names).toEqual([]));
else {
  test.each(names)('no check breaks on %s, and none passes for what no answer was recorded of', (name) => {
    const snapshot = corpusSnapshot(name);
    const input = {
      snapshot,
      intent: derivedIntent(snapshot),
      live: { status: 'not-run', because: '' },
    } as const;
    const findings = checkFiles().flatMap((file) => judge(loadCheck(file), input));
    expect(findings.filter(({ because }) => because.includes('defect of this tool'))).toEqual([]);
    const passed = new Set(
      findings.flatMap(({ check, outcome }) => (outcome === 'pass' ? [check.split('/')[0]] : [])),
    );
    for (const area of ['routing', 'firewall', 'logging', 'egress']) expect([...passed]).not.toContain(area);
  });

  test.each([
    ['test-nat-gateway', { 'Subnet 1': 'undecided', 'Subnet 20': 'undecided', 'Public Subnet': 'undecided' }],
    ['test-public-private-subnet', { 'Public subnet': 'undecided', 'Private subnet': 'undecided' }],
  ])('what was not returned at the time of %s is undecided', (name, expected) => {
    expect(answers(corpusSnapshot(name))).toEqual(expected);
  });

  test.each([
    [
      'test-nat-gateway',
      { 'Subnet 1': 'violated igw', 'Subnet 20': 'holds', 'Public Subnet': 'violated igw' },
    ],
    [
      'test-vpc-endpoint-gateway',
      { 'testing_10.1.101.0/24': 'holds', 'testing_10.1.1.0/24': 'violated igw' },
    ],
    [
      'test-vpc-endpoint-interface',
      { 'testing_10.1.1.0/24': 'violated igw', 'testing_10.1.101.0/24': 'violated igw' },
    ],
  ])('in %s the subnets leave as they were built to', (name, expected) => {
    expect(answers(completed(corpusSnapshot(name)))).toEqual(expected);
  });

  test('the public subnet of test-public-private-subnet leaves by its internet gateway', () => {
    expect(answers(completed(corpusSnapshot('test-public-private-subnet')))).toMatchObject({
      'Public subnet': 'violated igw',
    });
  });
}
