/** `wget https://<name>`, the walkthrough's first command. */
import { clientResult } from './client-result';
import { checkedPath } from './client-target';
import { checkedName } from './dns-name';
import type { Probe } from './probe';
import { probeScript } from './script';

export interface WgetOptions {
  readonly id: string;
  readonly name: string;
  /** Of the page, with its slash; empty for the site's first. */
  readonly path: string;
}

/** Throws a RangeError when the name is not a DNS name, or the path not a plain one. */
export function wgetProbe({ id, name, path }: WgetOptions): Probe {
  const host = checkedName(name);
  const page = `https://${host}${checkedPath(path)}`;
  return {
    id,
    title: `wget ${page}`,
    names: [host],
    script: (parameters) =>
      probeScript(
        {
          names: [host],
          tools: ['wget', 'timeout', 'getent'],
          // Busybox has a wget that knows none of these options.
          kind: { name: 'GNU-wget', test: "wget --version | grep '^GNU Wget'" },
          // wget retries 20 times by itself; one try is the user's first. It has no timeout of its own here: when its
          // own ends a TLS handshake, it does not say that it timed out.
          command: `wget --no-config --tries=1 --output-document=page ${page}`,
          product: 'test -s page',
        },
        parameters,
      ),
    parse: (output) => clientResult(output, host),
  };
}
