/** Every probe by its id. An allow list's other names get a wget of their own. */
import { gitCloneProbe } from './git-clone';
import { pipInstallProbe } from './pip-install';
import type { Probe } from './probe';
import { wgetProbe } from './wget';

/** The walkthrough's commands, and a name that nobody needs. */
export const PROBES: readonly Probe[] = [
  wgetProbe({ id: 'wget-kaggle', name: 'kaggle.com' }),
  gitCloneProbe,
  pipInstallProbe,
  wgetProbe({ id: 'wget-example', name: 'example.com' }),
];

const NAMED = 'wget-';

/** The probe with an id: one of the catalogue, or `wget-<name>` for any DNS name. Throws a RangeError otherwise. */
export function probeOf(id: string): Probe {
  const known = PROBES.find((probe) => probe.id === id);
  if (known !== undefined) return known;
  if (!id.startsWith(NAMED)) throw new RangeError(`there is no probe ${JSON.stringify(id.slice(0, 100))}`);
  return wgetProbe({ id, name: id.slice(NAMED.length) });
}
