/** `pip install -U scikit-learn`, which needs the index and the host that serves its files. */
import { clientResult } from './client-result';
import type { Probe } from './probe';
import { probeScript } from './script';

export const pipInstallProbe: Probe = {
  id: 'pip-install-pypi',
  title: 'pip install -U scikit-learn',
  names: ['pypi.org', 'files.pythonhosted.org'],
  script: (parameters) =>
    probeScript(
      {
        names: ['pypi.org', 'files.pythonhosted.org'],
        tools: ['python3', 'timeout', 'getent'],
        // Into the probe's own folder, without dependencies: the question is the network, and nothing may stay.
        // One retry, because without any pip does not say that it timed out.
        command: [
          'python3 -m pip install -U scikit-learn --isolated --no-deps --no-cache-dir --target installed',
          `--timeout ${Math.max(1, Math.floor(parameters.timeoutMs / 3000))} --retries 1`,
        ].join(' '),
        product: 'test -d installed/sklearn',
      },
      parameters,
    ),
  parse: clientResult,
};
