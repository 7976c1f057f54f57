/** Central inspection done right: the firewall stands in another VPC, behind a transit gateway. Ids are those of the mutation catalogue. */
import { centralInspection } from './central-inspection';
import type { Harmless } from './mutant';

/** The inspection VPC's own prefix is reached without crossing its firewall, so the owner says that it may be. */
const INTENT = {
  approvedExits: [{ target: 'tgw-a', destinations: ['100.64.0.0/16'], because: 'the inspection VPC itself' }],
};

/** Variations without a firewall in Studio's own VPC that are as inspected as the reference. */
export function centralHarmless(): readonly Harmless[] {
  return [
    {
      id: 'H13',
      variation: 'A central inspection VPC behind a transit gateway, and no firewall here.',
      intent: INTENT,
      mutate: (s) => centralInspection(s),
    },
    {
      id: 'H13b',
      variation: 'The same in two zones, with appliance mode.',
      intent: INTENT,
      mutate: (s) => centralInspection(s, 2),
    },
  ];
}
