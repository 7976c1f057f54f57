/** `wget https://<name>`, the walkthrough's first command. */
import { clientResult } from './client-result';
import type { Probe } from './probe';
import { checkedName, probeScript } from './script';

export interface WgetOptions {
  readonly id: string;
  readonly name: string;
}

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
          // wget retries 20 times by itself; one try is the user's first. Its own timeout names the stage.
          command: `wget --tries=1 --timeout=${Math.max(1, Math.ceil(parameters.timeoutMs / 1000) - 1)} --output-document=page https://${host}`,
          product: 'test -s page',
        },
        parameters,
      ),
    parse: clientResult,
  };
}
