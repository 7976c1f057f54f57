import {
  exitMutants,
  partnerEndpoint,
  propagated,
  withEndpoint,
  withOtherInspection,
} from '../../infra/mutants/mutants-exits';
import { centralInspection, transitGatewayRoute } from '../../infra/mutants/central-inspection';
import { centralMutants } from '../../infra/mutants/mutants-central';
import { change, unread } from '../../infra/mutants/mutant';
import type { Approvals } from '../../infra/mutants/mutant';
import { networkInterface, route } from '../../infra/mutants/reference-network';
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import { addRoutes, replaceRoute } from '../../infra/mutants/route-changes';
import type { Snapshot } from '../../infra/snapshot/snapshot';
import { findingsOn, testOnMutants } from '../mutation.fixture';
import check from './exits-are-approved.check';

testOnMutants(check, exitMutants());

const TGW = { TransitGatewayId: 'tgw-a' };
const approve = (target: string, ...destinations: string[]): Approvals => ({
  approvedExits: [{ target, destinations, because: 'the office' }],
});
const verdicts = (snapshot: Snapshot, approvals: Approvals = {}) =>
  findingsOn(check, snapshot, approvals).map(({ outcome, because }) => [outcome, because]);

test('an approval holds for its own destinations only', () => {
  const everything = addRoutes(
    replaceRoute(referenceSnapshot(), 'rtb-studio', '0.0.0.0/0', route('0.0.0.0/0', TGW)),
    'rtb-studio',
    route('10.0.0.0/8', TGW),
  );
  expect(verdicts(everything, approve('tgw-a', '10.0.0.0/8'))).toEqual([
    [
      'fail',
      expect.stringMatching(/^From subnet-studio, 1\.0\.0\.0 leaves .* approves for 10\.0\.0\.0\/8 only/),
    ],
  ]);
  expect(verdicts(everything, approve('tgw-a', '0.0.0.0/0'))).toEqual([
    ['pass', expect.stringContaining('the transit gateway tgw-a')],
  ]);
  expect(verdicts(everything, approve('tgw-b', '0.0.0.0/0'))).toEqual([['fail', expect.anything()]]);
});

test('an approval of one family is none of the other', () => {
  const both = addRoutes(
    addRoutes(referenceSnapshot(), 'rtb-studio', route('10.0.0.0/8', TGW)),
    'rtb-studio',
    route('fd00::/8', TGW),
  );
  expect(verdicts(both, approve('tgw-a', '0.0.0.0/0'))).toEqual([
    ['fail', expect.stringContaining('fd00:: leaves by the transit gateway tgw-a')],
  ]);
  expect(verdicts(both, approve('tgw-a', '10.0.0.0/8', 'fd00::/8'))).toEqual([
    ['pass', expect.stringContaining('tgw-a')],
  ]);
  expect(verdicts(both, approve('tgw-a', '::/0'))).toEqual([
    ['fail', expect.stringContaining('10.0.0.0 leaves by the transit gateway tgw-a')],
  ]);
});

test('the witness is a destination that is not approved, one on the internet where there is one', () => {
  const [finding] = findingsOn(
    check,
    addRoutes(referenceSnapshot(), 'rtb-studio', route('8.0.0.0/7', TGW)),
    approve('tgw-a', '8.0.0.0/8'),
  );
  expect(finding?.proof).toMatchObject({
    witness: { source: '10.2.3.4', destination: '9.0.0.0' },
    hops: [{ at: 'subnet-studio', routeTable: 'rtb-studio', route: '8.0.0.0/7', target: 'tgw-a' }],
  });
});

test('an approval that is not spelled as a prefix approves nothing, and is not guessed', () => {
  const carried = addRoutes(referenceSnapshot(), 'rtb-studio', route('10.0.0.0/8', TGW));
  expect(verdicts(carried, approve('tgw-a', '010.0.0.0/8'))).toEqual([
    ['unknown', expect.stringContaining("the intent's approval of tgw-a is not understood")],
  ]);
});

test('every exit of a subnet is named in one finding', () => {
  const two = addRoutes(
    addRoutes(referenceSnapshot(), 'rtb-studio', route('10.0.0.0/8', TGW)),
    'rtb-nat',
    propagated('8.8.8.0/24'),
  );
  expect(verdicts(two)).toEqual([
    ['fail', expect.stringMatching(/10\.0\.0\.0 leaves .*tgw-a.* Also, 8\.8\.8\.0 leaves .*vgw-a/)],
  ]);
  expect(verdicts(two, approve('tgw-a', '10.0.0.0/8'))).toEqual([
    ['fail', expect.not.stringContaining('tgw-a')],
  ]);
});

test('an exit behind the firewall is inspected, and one before it is not', () => {
  const behind = addRoutes(referenceSnapshot(), 'rtb-firewall', route('8.0.0.0/8', TGW));
  expect(verdicts(behind)).toEqual([['pass', expect.anything()]]);
  expect(verdicts(addRoutes(behind, 'rtb-nat', route('8.0.0.0/8', TGW)))).toEqual([
    ['fail', expect.anything()],
  ]);
});

test('H26: another inspection is an exit unless the intent accepts it, by the endpoint that it is', () => {
  const other = replaceRoute(
    withOtherInspection(referenceSnapshot()),
    'rtb-nat',
    '0.0.0.0/0',
    route('0.0.0.0/0', { GatewayId: 'vpce-other' }),
  );
  expect(verdicts(other, { acceptedInspection: ['vpce-other'] })).toEqual([['pass', expect.anything()]]);
  expect(verdicts(other, { acceptedInspection: ['vpce-another', 'nat-a'] })).toEqual([
    ['fail', expect.anything()],
  ]);
});

test('a NAT gateway that the intent names as inspection inspects nothing', () => {
  const behind = addRoutes(referenceSnapshot(), 'rtb-nat', route('8.0.0.0/8', TGW));
  expect(verdicts(behind, { acceptedInspection: ['nat-a', 'tgw-a'] })).toEqual([['fail', expect.anything()]]);
});

test("an approved partner's endpoint passes by its id, and hides no other", () => {
  const one = withEndpoint(referenceSnapshot(), partnerEndpoint());
  const two = withEndpoint(one, partnerEndpoint({ VpcEndpointId: 'vpce-partner-2' }));
  expect(
    findingsOn(check, two, approve('vpce-partner')).map(({ subject, outcome }) => [subject, outcome]),
  ).toEqual([
    ['subnet-studio', 'pass'],
    ['vpce-partner', 'pass'],
    ['vpce-partner-2', 'fail'],
  ]);
});

test('what is behind an approved machine is an exit of its own', () => {
  const machine = exitMutants().find(({ id }) => id === 'R37');
  const chained = addRoutes(
    machine?.mutate(referenceSnapshot()) ?? referenceSnapshot(),
    'rtb-firewall',
    route('10.2.2.0/24', { VpcPeeringConnectionId: 'pcx-a' }),
  );
  expect(verdicts(chained, approve('eni-forwards', '10.2.2.0/24'))).toEqual([
    ['fail', expect.stringContaining('VPC peering connection pcx-a')],
  ]);
});

test("a partner's endpoint that was rejected, failed or expired leads nowhere", () => {
  for (const State of ['Rejected', 'Failed', 'Expired', 'Deleting', 'Deleted'] as const)
    expect(verdicts(withEndpoint(referenceSnapshot(), partnerEndpoint({ State })))).toEqual([
      ['pass', expect.anything()],
    ]);
});

describe('behind a transit gateway whose tables can be read', () => {
  const central = () => centralInspection(referenceSnapshot());
  const toInspection = approve('tgw-a', '100.64.0.0/16');

  test("what the other VPC's firewall inspects needs no approval, and that VPC itself does", () => {
    expect(verdicts(central(), toInspection)).toEqual([['pass', expect.anything()]]);
    expect(verdicts(central())).toEqual([
      [
        'fail',
        expect.stringMatching(/^From subnet-studio, 100\.64\.0\.0 leaves by the transit gateway tgw-a/),
      ],
    ]);
  });

  test.each(['transitGatewayTables', 'transitGatewayVpcAttachments', 'attachedVpcs'] as const)(
    'where %s could not be read, whether it is inspected is unknown, unless it is approved',
    (section) => {
      const blind = unread(central(), section);
      expect(verdicts(blind, toInspection)).toEqual([
        [
          'unknown',
          expect.stringMatching(/behind the transit gateway tgw-a .* is not known: \w+ could not be read/),
        ],
      ]);
      expect(verdicts(blind, approve('tgw-a', '0.0.0.0/0'))[0]).toEqual(['pass', expect.anything()]);
    },
  );

  test('what nothing inspects there is an exit, on the internet as well', () => {
    const past = centralMutants().find(({ id }) => id === 'R15-central');
    expect(verdicts(past?.mutate(referenceSnapshot()) ?? central(), toInspection)[0]).toEqual([
      'fail',
      expect.stringContaining('1.0.0.0 leaves by the transit gateway tgw-a'),
    ]);
  });

  test('what the transit gateway drops leaves for nowhere', () => {
    const withRoute = (state: 'active' | 'blackhole') =>
      change(central(), 'transitGatewayTables', (list) =>
        list.map((table) =>
          table.TransitGatewayRouteTable.TransitGatewayRouteTableId === 'tgw-rtb-studio'
            ? {
                ...table,
                Routes: [
                  ...table.Routes,
                  { ...transitGatewayRoute('8.0.0.0/8', 'tgw-attach-gone', 'vpc-gone'), State: state },
                ],
              }
            : table,
        ),
      );
    expect(verdicts(withRoute('blackhole'), toInspection)).toEqual([['pass', expect.anything()]]);
    expect(verdicts(withRoute('active'), toInspection)).toEqual([
      ['fail', expect.stringContaining('8.0.0.0 leaves by the transit gateway tgw-a')],
    ]);
  });
});

test('a route of the VPC itself that leads to a machine is given back its target, for it cannot be deleted', () => {
  const forwards = change(referenceSnapshot(), 'networkInterfaces', (list) => [
    ...list,
    networkInterface('eni-forwards', { SubnetId: 'subnet-nat', SourceDestCheck: false }),
  ]);
  const replaced = {
    ...route('10.2.0.0/16', { NetworkInterfaceId: 'eni-forwards' }),
    Origin: 'CreateRouteTable' as const,
  };
  expect(verdicts(replaceRoute(forwards, 'rtb-studio', '10.2.0.0/16', replaced))[0]).toEqual([
    'fail',
    expect.stringContaining(
      'replace-route --route-table-id rtb-studio --destination-cidr-block 10.2.0.0/16 --local-target',
    ),
  ]);
});
