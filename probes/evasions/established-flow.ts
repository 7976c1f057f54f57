import type { Technique } from '../technique';

/** Rules are not put to flows that they have already passed (aws.md 2.7; lab.md 4). */
export const establishedFlow: Technique = {
  id: 'established-flow',
  title: 'a connection that stays open while its name is taken off the list',
  risk: 'what was allowed once goes on for as long as the connection lasts',
  closedBy: 'A flow flush after every change of rules (StartFlowFlush).',
  expect: 'denied',
  plan: () => ({
    notApplicable:
      'it needs a change of the rules while a connection is open, and a verification changes nothing',
  }),
};
