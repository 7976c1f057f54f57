/** `studio-egress intent`, and a declared intent on its way to each check that reads it. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { editList } from '../infra/mutants/firewall-changes';
import { change, unread } from '../infra/mutants/mutant';
import { exitMutants, withOtherInspection } from '../infra/mutants/mutants-exits';
import { route } from '../infra/mutants/reference-network';
import { replaceRoute } from '../infra/mutants/route-changes';
import { referenceSnapshot } from '../infra/mutants/reference-snapshot';
import type { Snapshot } from '../infra/snapshot/snapshot';
import { RECOMMENDED, studioEgress, withEvidence, type VerifiedRun } from './lab-run.fixture';

jest.setTimeout(120_000);

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'intent-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The reference network under an id as AWS makes them, which a snapshot's file must have. */
function real(snapshot: Snapshot): string {
  return JSON.stringify(snapshot).replaceAll(`"${snapshot.target.vpcId}"`, '"vpc-0123456789abcdef0"');
}

describe('intent check', () => {
  const intent = [
    'version: 1',
    'destinations:',
    '  - {client: wget, name: kaggle.com, expect: allowed, because: data sets}',
    '  - {client: git, url: "https://github.com/a/b", expect: denied, because: own repositories}',
  ].join('\n');
  const check = (snapshot?: string) =>
    studioEgress([
      'intent',
      'check',
      file('intent.yaml', intent),
      ...(snapshot === undefined ? [] : ['--snapshot', file('snapshot.json', snapshot)]),
    ]);

  test('says what a sound file declares', async () => {
    const run = await check();
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toMatch(/intent\.yaml: no fault; 1 allowed, 1 denied\n$/);
  });

  test('ends with 3 for a faulty one, and names line and column', async () => {
    const run = await studioEgress([
      'intent',
      'check',
      file('bad.yaml', 'version: 1\nlogs: {retentionDays: 0}\n'),
    ]);
    expect(run.exitCode).toBe(3);
    expect(run.stderr).toMatch(/bad\.yaml:2:23: logs\.retentionDays is 0\. /);
  });

  test('compares with a snapshot: 0 where its list agrees, 1 where it differs, 2 where that is not known', async () => {
    expect(await check(real(referenceSnapshot()))).toMatchObject({ exitCode: 0 });
    const differs = await check(real(editList({ Targets: ['.github.com'] })(referenceSnapshot())));
    expect(differs.exitCode).toBe(1);
    expect(differs.stdout).toMatch(
      /^differs {2}wget https:\/\/kaggle\.com is to be allowed, and .* stop kaggle\.com/m,
    );
    expect(differs.stdout).toMatch(
      /^differs {2}git clone https:\/\/github\.com\/a\/b is to be denied, and .* pass it/m,
    );
    const open = await check(real(unread(referenceSnapshot(), 'ruleGroups')));
    expect(open.exitCode).toBe(2);
    expect(open.stdout).toMatch(/^unknown /m);
  });
});

describe('intent init', () => {
  test('writes what a snapshot’s rules say, which is sound, and replaces no file unasked', async () => {
    const snapshot = file('snapshot.json', real(referenceSnapshot()));
    const out = join(folder, 'own.yaml');
    const init = (...more: readonly string[]) =>
      studioEgress(['intent', 'init', '--snapshot', snapshot, '--out', out, ...more]);
    expect(await init()).toMatchObject({ exitCode: 0 });
    expect(await studioEgress(['intent', 'check', out, '--snapshot', snapshot])).toMatchObject({
      exitCode: 0,
    });
    writeFileSync(out, 'mine');
    const again = await init();
    expect(again.exitCode).toBe(3);
    expect(again.stderr).toMatch(/own\.yaml is there already; .*--force/);
    expect(readFileSync(out, 'utf8')).toBe('mine');
    expect(await init('--force')).toMatchObject({ exitCode: 0 });
    expect(readFileSync(out, 'utf8')).toContain('name: kaggle.com');
  });

  test('ends with 2 where the rules could not be read, and says so in the file', async () => {
    const snapshot = file('snapshot.json', real(unread(referenceSnapshot(), 'ruleGroups')));
    const out = join(folder, 'own.yaml');
    expect(await studioEgress(['intent', 'init', '--snapshot', snapshot, '--out', out])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/No destination could be derived/),
    });
    expect(readFileSync(out, 'utf8')).toContain('# None could be derived');
  });

  test('takes a template without raising a network, and needs to be told of what', async () => {
    const out = join(folder, 'own.yaml');
    expect(await studioEgress(['intent', 'init', '--template', RECOMMENDED, '--out', out])).toMatchObject({
      exitCode: 0,
    });
    expect(readFileSync(out, 'utf8')).toMatch(/name: kaggle\.com[\s\S]*# securityGroups: left out/);
    const none = await studioEgress(['intent', 'init'], { cwd: folder });
    expect(none.exitCode).toBe(3);
    expect(none.stderr).toMatch(/needs one of --stack, --domain-id, --vpc-id, --snapshot and --template/);
    expect(existsSync(join(folder, 'intent.yaml'))).toBe(false);
  });
});

describe('a declared intent', () => {
  const areas = ['logging', 'routing', 'vpc-only', 'endpoints', 'firewall'];

  /** The reference network with its default route to a transit gateway. */
  function leadingAway(): Snapshot {
    const kept = change(referenceSnapshot(), 'logGroups', (groups) =>
      groups.map((group) => ({ ...group, retentionInDays: 400 })),
    );
    return (
      exitMutants()
        .find(({ id }) => id === 'R15')
        ?.mutate(kept) ?? kept
    );
  }

  /** `verify --snapshot … --intent … --no-probes`. */
  async function verified(intent: string, network: Snapshot = leadingAway()): Promise<VerifiedRun> {
    const snapshot = file('snapshot.json', real(network));
    const out = join(folder, 'out');
    const run = await studioEgress([
      'verify',
      '--snapshot',
      snapshot,
      '--intent',
      file('intent.yaml', intent),
      '--no-probes',
      '--suite',
      areas.join(','),
      '--format',
      'html',
      '--out',
      out,
    ]);
    return withEvidence(run, out);
  }
  const outcomes = ({ outcomes: of }: VerifiedRun) => ({
    retention: of('logging/is-retained'),
    exits: of('routing/exits-are-approved'),
    groups: of('vpc-only/overrides-keep-security-groups'),
    endpoints: of('endpoints/required-exist'),
    denials: of('firewall/allow-list-is-narrow'),
  });

  test('reaches every check that reads one, and the evidence and the report say what it was', async () => {
    const silent = await verified('version: 1\n');
    expect(outcomes(silent)).toEqual({
      retention: ['pass'],
      exits: ['fail'],
      groups: ['pass'],
      endpoints: ['pass'],
      denials: ['pass'],
    });
    const derivedSections = ['destinations', 'endpoints', 'securityGroups', 'logs'];
    expect(silent.evidence.intent).toMatchObject({ source: 'declared', derivedSections });

    const text = [
      'version: 1',
      'destinations: [{client: wget, name: www.kaggle.com, expect: denied, because: x}]',
      'endpoints: {required: [sts, codeartifact.api]}',
      'exits: {approved: [{target: tgw-a, destinations: [0.0.0.0/0], because: central inspection}]}',
      'securityGroups: {approved: [sg-other]}',
      'logs: {retentionDays: 401}',
      'risks: {accepted: [{technique: sni-spoof, reason: x, owner: me, expires: 2031-12-31}]}',
    ].join('\n');
    const declared = await verified(text);
    expect(outcomes(declared)).toMatchObject({
      retention: expect.arrayContaining(['fail']),
      exits: ['pass'],
      groups: expect.arrayContaining(['fail']),
      endpoints: expect.arrayContaining(['fail']),
      denials: expect.arrayContaining(['fail']),
    });
    const sha256 = createHash('sha256').update(text).digest('hex');
    expect(declared.exitCode).toBe(1);
    expect(declared.evidence.intent).toEqual({
      source: 'declared',
      file: expect.stringMatching(/intent\.yaml$/),
      sha256,
      derivedSections: [],
      destinations: [{ probe: 'wget-www.kaggle.com', expect: 'denied', because: 'x' }],
      requiredEndpoints: ['sts', 'codeartifact.api'],
      logRetentionDays: 401,
      approvedExits: [{ target: 'tgw-a', destinations: ['0.0.0.0/0'], because: 'central inspection' }],
      acceptedInspection: [],
      approvedSecurityGroups: ['sg-other'],
      acceptedRisks: [{ technique: 'sni-spoof', reason: 'x', owner: 'me', expires: '2031-12-31' }],
      listener: null,
    });
    const html = readFileSync(join(folder, 'out', 'report.html'), 'utf8');
    expect(html).toContain('declared by the owner');
    expect(html).toContain(sha256);
  });

  test('accepts another vendor’s inspection, which is an exit otherwise', async () => {
    const by = route('0.0.0.0/0', { GatewayId: 'vpce-other' });
    const other = replaceRoute(withOtherInspection(referenceSnapshot()), 'rtb-nat', '0.0.0.0/0', by);
    const run = await verified('version: 1\ninspection: {accepted: [vpce-other]}\n', other);
    expect(run.outcomes('routing/exits-are-approved')).toEqual(['pass']);
    const refused = await verified('version: 1\ninspection: {accepted: [vpce-another]}\n', other);
    expect(refused.outcomes('routing/exits-are-approved')).toEqual(['fail']);
  });
});

test('a run of the default stack takes the intent beside it and says so; with parameters it does not', async () => {
  const verify = async (...argv: readonly string[]): Promise<VerifiedRun> => {
    const out = join(folder, `out-${argv.length}`);
    const run = await studioEgress(['verify', '--no-probes', '--suite', 'logging', '--out', out, ...argv]);
    return withEvidence(run, out);
  };
  const shipped = await verify();
  expect(shipped.stderr).toMatch(/^Intent: .*studio-firewall\.intent\.yaml, which ships with this stack\.$/m);
  expect(shipped.evidence.intent.source).toBe('declared');
  const other = await verify('--parameter', 'AllowedDomains=.github.com');
  expect(other.stderr).not.toMatch(/Intent:/);
  expect(other.evidence.intent.source).toBe('derived');
});
