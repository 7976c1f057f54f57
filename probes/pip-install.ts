/** `pip install -U scikit-learn`, which needs the index and the host that serves its files. */
import { clientResult } from './client-result';
import type { Probe } from './probe';
import { probeScript } from './script';

const INDEX = 'pypi.org';
const FILES = 'files.pythonhosted.org';

/** Python and pip take this long to start on a small host that does several things at once. */
const STARTUP_MS = 8000;

export const pipInstallProbe: Probe = {
  id: 'pip-install-pypi',
  title: 'pip install -U scikit-learn',
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
          'env PIP_CONFIG_FILE=/dev/null python3 -m pip install -U scikit-learn --isolated --no-input',
          '--disable-pip-version-check --no-deps --no-cache-dir --target installed',
          `--timeout ${Math.max(1, Math.floor(parameters.timeoutMs / 3000))} --retries 1`,
        ].join(' '),
        product: 'test -d installed/sklearn',
        startupMs: STARTUP_MS,
      },
      parameters,
    ),
  parse: (output) => clientResult(output, INDEX),
};
