import { markerName } from '../dns-name';
import { lastLabels } from '../payloads/marked-payload';
import { helloTo } from './planned-sends';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

/**
 * Names that nothing allows and that careless matching takes for ones that are: one character too many in front or behind,
 * the allowed name as a prefix, a name that looks like it in Unicode; and an unlisted name in other clothes.
 */
export const suffixConfusion: Technique = {
  id: 'suffix-confusion',
  title: 'names that only look like allowed ones',
  risk: 'anybody can register a name that the list takes for an allowed one',
  closedBy: 'Domain lists as AWS generates them, or content matches with dotprefix and endswith.',
  expect: 'denied',
  plan: ({ nonce, allowedName, deniedName, timeoutMs }) => {
    const unlisted = markerName(nonce, deniedName);
    const confusing =
      allowedName === null
        ? []
        : [
            `evil${lastLabels(allowedName)}`,
            `${lastLabels(allowedName)}x`,
            `${allowedName}.${unlisted}`,
            `xn--evil-${lastLabels(allowedName)}`,
          ];
    const names = [...confusing, unlisted.toUpperCase(), `${unlisted}.`];
    return senderPlan({
      timeoutMs,
      sends: names.map((name) => helloTo({ to: deniedName, port: 443, nonce, names: [name], label: name })),
    });
  },
};
