import { referenceSnapshot } from '../mutants/reference-snapshot';
import type { Domain, Snapshot } from '../snapshot/snapshot';
import { NotKnown, sectionValue } from '../snapshot/snapshot';
import { parseAddress } from './cidr';
import { jobSenderOf } from './predicted-sender';

const base = referenceSnapshot();
const [domain] = sectionValue(base, 'domains');
const [first = ''] = domain?.SubnetIds ?? [];
const block = sectionValue(base, 'subnets').find(({ SubnetId }) => SubnetId === first)?.CidrBlock ?? '';
/** The seventh address of the Studio subnet. */
const INSIDE = block.replace(/\d+\/\d+$/, (end) => String(Number(end.split('/')[0]) + 7));

function withDomains(domains: readonly Domain[], domainId: string | null = null): Snapshot {
  return {
    ...base,
    target: { ...base.target, domainId },
    sections: {
      ...base.sections,
      domains: { status: 'read', readAt: base.takenAt, calls: [], value: [...domains] },
    },
  };
}

test("a job stands in the subnet that holds its address, with the groups of the domain's default", () => {
  expect(jobSenderOf(base, INSIDE)).toEqual({
    instanceId: `the processing job at ${INSIDE}`,
    subnetId: first,
    addresses: { ipv4: parseAddress(INSIDE).value, ipv6: null },
    groupIds: domain?.DefaultUserSettings?.SecurityGroups,
  });
});

test('an address that no subnet of the domain holds is nobody’s', () => {
  expect(() => jobSenderOf(base, '192.0.2.7')).toThrow(NotKnown);
  expect(() => jobSenderOf(base, 'x')).toThrow(NotKnown);
});

test('of two domains the one that the run is about; without one it is not known', () => {
  if (domain === undefined) throw new Error('the reference has a domain');
  const other: Domain = { ...domain, DomainId: 'd-other', SubnetIds: [] };
  const both = [other, domain];
  expect(() => jobSenderOf(withDomains(both), INSIDE)).toThrow(NotKnown);
  expect(jobSenderOf(withDomains(both, domain.DomainId ?? ''), INSIDE).subnetId).toBe(first);
  expect(() => jobSenderOf(withDomains(both, 'd-other'), INSIDE)).toThrow(NotKnown);
});

test('groups that AWS did not return are not known', () => {
  if (domain === undefined) throw new Error('the reference has a domain');
  const without = withDomains([{ ...domain, DefaultUserSettings: {} }]);
  expect(() => jobSenderOf(without, INSIDE)).toThrow(/SecurityGroups/);
});
