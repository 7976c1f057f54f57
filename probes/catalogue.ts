/** Every probe by its id: the walkthrough's four, and for each client one for whatever an intent points it at. */
import { STORY, targetOf, type ClientTarget } from './client-target';
import { gitCloneProbe } from './git-clone';
import { pipInstallProbe } from './pip-install';
import type { Probe } from './probe';
import { wgetProbe } from './wget';

/** The walkthrough's commands, and a name that nobody needs. */
export const PROBES: readonly Probe[] = STORY.map(([id, target]) => made(id, target));

/**
 * The probe with an id: one of the catalogue's, `wget-<name>[/path]`, `git-clone-<name>/<path>` or
 * `pip-install-pypi/<project>`. Throws a RangeError otherwise.
 */
export function probeOf(id: string): Probe {
  return PROBES.find((probe) => probe.id === id) ?? made(id, targetOf(id));
}

function made(id: string, target: ClientTarget): Probe {
  switch (target.client) {
    case 'wget':
      return wgetProbe({ id, ...target });
    case 'git':
      return gitCloneProbe({ id, ...target });
    case 'pip':
      return pipInstallProbe({ id, ...target });
  }
  return target satisfies never;
}
