/** Faults by which nothing leaves any more: they cut Studio off, and leak nothing. Ids are those of the mutation catalogue. */
import type { Mutant } from './mutant';
import { change } from './mutant';
import { route } from './reference-network';
import { changeTable, removeRoute, replaceRoute } from './route-changes';

/** Not a fail of the security statement; availability is another check's. */
export function deadEnds(): readonly { readonly id: string; readonly mutate: Mutant['mutate'] }[] {
  const blackhole =
    (id: string): Mutant['mutate'] =>
    (s) =>
      changeTable(s, id, (table) => ({
        ...table,
        Routes: (table.Routes ?? []).map((one) =>
          one.DestinationCidrBlock === '0.0.0.0/0' ? { ...one, State: 'blackhole' as const } : one,
        ),
      }));
  return [
    { id: 'R24', mutate: (s) => removeRoute(s, 'rtb-firewall', '0.0.0.0/0') },
    { id: 'R25', mutate: blackhole('rtb-firewall') },
    {
      id: 'R26',
      mutate: (s) =>
        replaceRoute(s, 'rtb-firewall', '0.0.0.0/0', route('0.0.0.0/0', { NatGatewayId: 'nat-a' })),
    },
    { id: 'R27', mutate: (s) => change(blackhole('rtb-nat')(s), 'firewalls', () => []) },
    { id: 'R28', mutate: (s) => removeRoute(s, 'rtb-studio', '0.0.0.0/0') },
  ];
}
