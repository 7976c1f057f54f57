/** `git clone https://github.com/…`, which under the firewall hangs for five minutes by itself. */
import { clientResult } from './client-result';
import type { Probe } from './probe';
import { probeScript } from './script';

const REPOSITORY = 'https://github.com/aws-samples/amazon-sagemaker-studio-vpc-networkfirewall.git';
const NAME = 'github.com';

// Whatever the host's own configuration says must not change where the clone comes from, and nobody is asked for a
// password.
const ENVIRONMENT = 'GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_TERMINAL_PROMPT=0 GIT_ASKPASS=';

export const gitCloneProbe: Probe = {
  id: 'git-clone-github',
  title: `git clone ${REPOSITORY}`,
  names: [NAME],
  script: (parameters) =>
    probeScript(
      {
        names: [NAME],
        tools: ['git', 'timeout', 'getent'],
        command: `env ${ENVIRONMENT} git clone --depth 1 ${REPOSITORY} clone`,
        product: 'git -C clone rev-parse --verify HEAD',
      },
      parameters,
    ),
  parse: (output) => clientResult(output, NAME),
};
