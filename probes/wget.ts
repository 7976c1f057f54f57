/** `wget https://<name>`, the walkthrough's first command. */
import { clientResult } from './client-result';
import { checkedName } from './dns-name';
import type { Probe } from './probe';
import { probeScript } from './script';

export interface WgetOptions {
  readonly id: string;
  readonly name: string;
}

/** Throws a RangeError when the name is not a DNS name. */
export function wgetProbe({ id, name }: WgetOptions): Probe {
  const host = checkedName(name);
  return {
    id,
    title: `wget https://${host}`,
    names: [host],
    script: (parameters) =>
      probeScript(
        {
          names: [host],
          tools: ['wget', 'timeout', 'getent'],
          // wget retries 20 times by itself; one try is the user's first. It has no timeout of its own here: when its
          // own ends a TLS handshake, it does not say that it timed out.
          command: `wget --no-config --tries=1 --output-document=page https://${host}`,
          product: 'test -s page',
        },
        parameters,
      ),
    parse: (output) => clientResult(output, host),
  };
}
