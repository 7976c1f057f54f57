/** `git clone https://github.com/…`, which under the firewall hangs for five minutes by itself. */
import { clientResult } from './client-result';
import { checkedPath } from './client-target';
import { checkedName } from './dns-name';
import type { Probe } from './probe';
import { probeScript } from './script';

// Whatever the host's own configuration says must not change where the clone comes from, and nobody is asked for a
// password.
const ENVIRONMENT = 'GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_TERMINAL_PROMPT=0 GIT_ASKPASS=';

export interface GitCloneOptions {
  readonly id: string;
  /** The host. */
  readonly name: string;
  /** Of the repository, with its slash. */
  readonly path: string;
}

/** Throws a RangeError when the name is not a DNS name, or the path not a plain one. */
export function gitCloneProbe({ id, name, path }: GitCloneOptions): Probe {
  const host = checkedName(name);
  const repository = `https://${host}${checkedPath(path)}`;
  return {
    id,
    title: `git clone ${repository}`,
    names: [host],
    script: (parameters) =>
      probeScript(
        {
          names: [host],
          tools: ['git', 'timeout', 'getent'],
          command: `env ${ENVIRONMENT} git clone --depth 1 ${repository} clone`,
          product: 'git -C clone rev-parse --verify HEAD',
        },
        parameters,
      ),
    parse: (output) => clientResult(output, host),
  };
}
