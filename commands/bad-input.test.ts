/** Bad input of every kind: exit code 3, one message that names the fix, nothing started, nothing left. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RECOMMENDED, studioEgress } from './lab-run.fixture';

jest.setTimeout(60_000);

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'bad-input-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const contradiction = [
  'version: 1',
  'destinations:',
  '  - {client: wget, name: a.com, expect: allowed, because: x}',
  '  - {client: wget, name: a.com, expect: denied, because: x}',
].join('\n');
const recommended = readFileSync(RECOMMENDED, 'utf8');
const none = {
  AWS_ACCESS_KEY_ID: '',
  AWS_SECRET_ACCESS_KEY: '',
  AWS_PROFILE: '',
  HOME: '/nonexistent',
  AWS_EC2_METADATA_DISABLED: 'true',
};

interface Case {
  readonly argv: () => readonly string[];
  readonly says: RegExp;
  readonly env?: Readonly<Record<string, string>>;
}

const cases: Readonly<Record<string, Case>> = {
  'a template that is not there': {
    argv: () => ['verify', '--template', join(folder, 'none.yaml')],
    says: /none\.yaml: there is no such file/,
  },
  'a template that is not YAML': {
    argv: () => ['verify', '--template', file('broken.yaml', 'Resources:\n  A: [1, 2\n')],
    says: /broken\.yaml: .*line \d/s,
  },
  'a template with a wrong property': {
    argv: () => [
      'verify',
      '--template',
      file('property.yaml', recommended.replace('MapPublicIpOnLaunch: false', 'MapPublicIpOnLunch: false')),
    ],
    says: /property\.yaml: .*FirewallSubnet.*MapPublicIpOnLunch/s,
  },
  'a template that refers to nothing': {
    argv: () => [
      'verify',
      '--template',
      file('reference.yaml', recommended.replace('VpcId: !Ref VPC\n', 'VpcId: !Ref VCP\n')),
    ],
    says: /reference\.yaml: .*VCP/s,
  },
  'a parameter the template does not have': {
    argv: () => ['verify', '--parameter', 'AllowedDomain=.kaggle.com'],
    says: /AllowedDomain\b/,
  },
  'a parameter without a value': {
    argv: () => ['verify', '--parameter', 'AllowedDomains'],
    says: /Key=Value/,
  },
  'an unknown suite': { argv: () => ['verify', '--suite', 'routeing'], says: /did you mean routing/ },
  'an unknown format': { argv: () => ['verify', '--format', 'htm'], says: /did you mean html/ },
  'an unknown check': {
    argv: () => ['explain', 'routing/egress-crosses-firewal'],
    says: /did you mean routing\/egress-crosses-firewall/,
  },
  'an unknown option': { argv: () => ['verify', '--templat', 'x'], says: /--template/ },
  'an unknown command': { argv: () => ['verfy'], says: /verify/ },
  'two targets': {
    argv: () => ['verify', '--stack', 'a', '--domain-id', 'd-1'],
    says: /--stack and --domain-id/,
  },
  'a bound that is no number': {
    argv: () => ['verify', '--log-timeout', 'soon'],
    says: /--log-timeout takes seconds/,
  },
  'an output folder that is a file': {
    argv: () => ['verify', '--out', file('taken', '')],
    says: /cannot be written/,
  },
  'no region': {
    argv: () => ['verify', '--stack', 'x'],
    says: /No AWS region is set/,
    env: { ...none, AWS_REGION: '', AWS_DEFAULT_REGION: '' },
  },
  'no credentials': {
    argv: () => ['verify', '--stack', 'x', '--region', 'us-east-1'],
    says: /No AWS credentials/,
    env: none,
  },
  'a snapshot that is none': {
    argv: () => ['verify', '--snapshot', file('snapshot.json', '{"schema":"x"}')],
    says: /snapshot\.json/,
  },
  'an intent that is not there': {
    argv: () => ['verify', '--intent', join(folder, 'none.yaml')],
    says: /--intent .*none\.yaml: there is no such file/,
  },
  'an intent with a fault': {
    argv: () => ['verify', '--intent', file('intent.yaml', 'version: 1\ndestination: []\n')],
    says: /intent\.yaml:2:1: the file has no key "destination"\. Did you mean "destinations"\?/,
  },
  'an intent that contradicts itself': {
    argv: () => ['verify', '--intent', file('both.yaml', contradiction)],
    says: /both\.yaml:4:5: destinations\[1\] denies wget https:\/\/a\.com/,
  },
  'an intent command without a command': { argv: () => ['intent'], says: /init[\s\S]*check/ },
  'evidence that is none': {
    argv: () => ['report', file('evidence.json', '[]'), '--out', folder],
    says: /is not evidence/,
  },
};

test.each(Object.entries(cases))('%s', async (_name, { argv, says, env }) => {
  const run = await studioEgress(argv(), env === undefined ? {} : { env });
  expect(run.stderr).toMatch(says);
  expect(run.stderr).not.toMatch(/defect|\n\s+at /);
  expect(run.exitCode).toBe(3);
});

test('an output folder without the right to write is refused before anything is started', async () => {
  const run = await studioEgress(['verify', '--out', join('/proc', 'studio-egress')]);
  expect(run.stderr).toMatch(/cannot be written/);
  expect(run.exitCode).toBe(3);
});
