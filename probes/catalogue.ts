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

const WGET_NAME = /^wget-((?:[a-z0-9-]+\.)+[a-z0-9-]+)$/;

/** The probe with an id: one of the catalogue, or `wget-<name>` for any DNS name. Throws a RangeError otherwise. */
export function probeOf(id: string): Probe {
  const known = PROBES.find((probe) => probe.id === id);
  if (known !== undefined) return known;
  const name = WGET_NAME.exec(id)?.[1];
  if (name === undefined) throw new RangeError(`there is no probe ${JSON.stringify(id)}`);
  return wgetProbe({ id, name });
}

/** Names under which a sentinel connects, best first; the first that is denied is used. Its address only carries it. */
export const SENTINEL_NAMES: readonly string[] = ['example.com', 'github.com', 'pypi.org'];
