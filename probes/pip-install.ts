/** `pip install -U scikit-learn`, which needs the index and the host that serves its files. */
import { clientResult } from './client-result';
import { checkedProject } from './client-target';
import type { Probe } from './probe';
import { probeScript } from './script';

const INDEX = 'pypi.org';
const FILES = 'files.pythonhosted.org';

/** Python and pip take this long to start on a small host that does several things at once. */
const STARTUP_MS = 8000;

export interface PipInstallOptions {
  readonly id: string;
  /** A project of PyPI, in its normal spelling. */
  readonly project: string;
}

/** Throws a RangeError when the project's name is not in its normal spelling. */
export function pipInstallProbe({ id, project }: PipInstallOptions): Probe {
  const name = checkedProject(project);
  return {
    id,
    title: `pip install -U ${name}`,
    names: [INDEX, FILES],
    script: (parameters) =>
      probeScript(
        {
          names: [INDEX, FILES],
          tools: ['python3', 'timeout', 'getent'],
          // Into the probe's own folder, without dependencies: the question is the network, and nothing may stay.
          // `--isolated` leaves the environment out of it, PIP_CONFIG_FILE the host's configuration: an index of the
          // host's own would answer another question. One retry, since only then pip says how the network failed.
          command: [
            `env PIP_CONFIG_FILE=/dev/null python3 -m pip install -U ${name} --isolated --no-input`,
            '--disable-pip-version-check --no-deps --no-cache-dir --target installed',
            `--timeout ${Math.max(1, Math.floor(parameters.timeoutMs / 3000))} --retries 1`,
          ].join(' '),
          // What pip installs has this folder (PyPA, "Recording installed projects"), whatever its modules are called.
          product: 'set -- installed/*.dist-info; test -d "$1"',
          startupMs: STARTUP_MS,
        },
        parameters,
      ),
    parse: (output) => clientResult(output, INDEX),
  };
}
