/** The recommended stack in Regions of three partitions: deployed in the lab, read and judged, the checks answer the same. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteVpcEndpointsCommand } from '@aws-sdk/client-ec2';
import { readIntentFile } from '../../commands/intent-file';
import { plannedChecks } from '../../commands/collect';
import { declaredIntent } from '../../suites/declared-intent';
import { derivedIntent } from '../../suites/derived-intent';
import type { Finding } from '../../suites/evidence';
import { judge } from '../../suites/judge';
import { checkFiles, loadCheck } from '../../suites/registry';
import { raiseLab, type Lab } from '../lab/lab';
import { sectionValue, type Snapshot } from '../snapshot/snapshot';
import { takeSnapshot } from '../snapshot/take-snapshot';
import { findTarget } from '../snapshot/target';

const PATH = join(__dirname, 'studio-firewall.yaml');
const INTENT = join(__dirname, 'studio-firewall.intent.yaml');

async function raised<T>(region: string, use: (lab: Lab) => Promise<T>): Promise<T> {
  const template = readFileSync(PATH, 'utf8');
  const lab = await raiseLab({ template, templatePath: PATH, parameters: {}, network: false, region });
  try {
    return await use(lab);
  } finally {
    await lab.close();
  }
}

async function read(lab: Lab): Promise<Snapshot> {
  return takeSnapshot(lab.connection, await findTarget(lab.connection, { stack: lab.stackName }));
}

function findingsOf(snapshot: Snapshot): readonly Finding[] {
  const intent = declaredIntent(readIntentFile('--intent', INTENT), snapshot);
  const static_ = new Set(plannedChecks({ suites: null, probes: false, waivers: null }).map(({ id }) => id));
  return checkFiles()
    .filter(({ id }) => static_.has(id))
    .flatMap((file) =>
      judge(loadCheck(file), { snapshot, intent, live: { status: 'not-run', because: '' } }),
    );
}

const outcomes = (findings: readonly Finding[]) =>
  findings.map(({ check, outcome }) => `${check} ${outcome}`);

let home: readonly Finding[];
beforeAll(async () => {
  home = await raised('us-east-1', async (lab) => findingsOf(await read(lab)));
});

test.each([
  ['us-gov-west-1', 'aws-us-gov', 'com.amazonaws.us-gov-west-1.sts'],
  ['cn-north-1', 'aws-cn', 'cn.com.amazonaws.cn-north-1.sts'],
])(
  'in %s every configuration check answers as in us-east-1, and notices an endpoint that is gone',
  async (region, partition, sts) => {
    await raised(region, async (lab) => {
      const snapshot = await read(lab);
      expect(sectionValue(snapshot, 'callerIdentity').Arn).toMatch(new RegExp(`^arn:${partition}:`));
      expect(outcomes(findingsOf(snapshot))).toEqual(outcomes(home));
      expect(outcomes(home).length).toBeGreaterThan(50);
      const endpoint = sectionValue(snapshot, 'vpcEndpoints').find(({ ServiceName }) => ServiceName === sts);
      await lab.server.api.call('ec2', DeleteVpcEndpointsCommand, {
        VpcEndpointIds: [endpoint?.VpcEndpointId ?? ''],
      });
      const failed = findingsOf(await read(lab)).filter(({ outcome }) => outcome === 'fail');
      expect(failed.map(({ check }) => check)).toContain('endpoints/required-exist');
      expect(failed.map(({ because }) => because).join()).toContain(`ServiceName: ${sts}`);
    });
  },
  60_000,
);

test('in a partition whose names are not known the checks of names are unknown, and say so', async () => {
  const snapshot = await raised('us-east-1', read);
  const elsewhere = { ...snapshot, target: { ...snapshot.target, region: 'us-iso-east-1' } };
  const file = checkFiles().find(({ id }) => id === 'endpoints/required-exist');
  if (file === undefined) throw new Error('the check is not there');
  const [finding, ...others] = judge(loadCheck(file), {
    snapshot: elsewhere,
    intent: derivedIntent(elsewhere),
    live: { status: 'not-run', because: '' },
  });
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ outcome: 'unknown' });
  expect(finding?.because).toContain('us-iso-east-1 is of a partition');
});
