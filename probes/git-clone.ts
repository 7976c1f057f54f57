/** `git clone https://github.com/…`, which under the firewall hangs for five minutes by itself. */
import { clientResult } from './client-result';
import type { Probe } from './probe';
import { probeScript } from './script';

const REPOSITORY = 'https://github.com/aws-samples/amazon-sagemaker-studio-vpc-networkfirewall.git';

export const gitCloneProbe: Probe = {
  id: 'git-clone-github',
  title: `git clone ${REPOSITORY}`,
  names: ['github.com'],
  script: (parameters) =>
    probeScript(
      {
        names: ['github.com'],
        tools: ['git', 'timeout', 'getent'],
        // Whatever the host's own configuration says must not change where the clone comes from.
        command: `GIT_CONFIG_NOSYSTEM=1 git clone --depth 1 ${REPOSITORY} clone`,
        product: 'git -C clone rev-parse --verify HEAD',
      },
      parameters,
    ),
  parse: clientResult,
};
