import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  CelEngine,
  TemplateFile,
  TemplateModel,
  type Engine,
  type StandardDiagnostic,
} from '@aws/cloudformation-validate';

const AS_PUBLISHED = join(__dirname, 'as-published.yaml');
const STUDIO_FIREWALL = join(__dirname, 'studio-firewall.yaml');
const PROBE_HOST = join(__dirname, 'probe-host.yaml');
const TEMPLATES = [AS_PUBLISHED, STUDIO_FIREWALL, PROBE_HOST];
const NAMED_TEMPLATES = TEMPLATES.map((path) => ({ name: basename(path), path }));

/** The blog post's parameters and the default values that it lists. */
const BLOG_PARAMETERS = {
  ProjectName: 'sagemaker-studio-vpc-firewall',
  DomainName: 'sagemaker-anfw-domain',
  UserProfileName: 'anfw-user-profile',
  VPCCIDR: '10.2.0.0/16',
  FirewallSubnetCIDR: '10.2.1.0/24',
  NATGatewaySubnetCIDR: '10.2.2.0/24',
  SageMakerStudioSubnetCIDR: '10.2.3.0/24',
};

let engine: Engine;
beforeAll(() => {
  engine = new CelEngine();
});
afterAll(() => engine.free());

/** What the validator holds against a template, without its remarks on style. */
function faults(path: string): StandardDiagnostic[] {
  return engine
    .validateStandard(new TemplateFile(path))
    .diagnostics.filter(({ severity }) => severity !== 'INFO' && severity !== 'DEBUG');
}

function withModel<T>(path: string, read: (model: TemplateModel) => T): T {
  const model = new TemplateModel(new TemplateFile(path));
  try {
    return read(model);
  } finally {
    model.free();
  }
}

function defaultsOf(path: string): Record<string, unknown> {
  return withModel(path, (model) =>
    Object.fromEntries(
      Object.entries(model.parameters()).map(([name, parameter]) => [name, parameter.default]),
    ),
  );
}

/** The template's lines with one of them replaced, and the number of that line. */
function broken(path: string, from: string, to: string): { text: string; line: number } {
  const lines = readFileSync(path, 'utf8').split('\n');
  const index = lines.findIndex((line) => line.includes(from));
  if (index < 0) throw new Error(`${path} has no line with ${from}`);
  lines[index] = lines[index]?.replace(from, to) ?? '';
  return { text: lines.join('\n'), line: index + 1 };
}

describe('the CloudFormation templates', () => {
  test.each(NAMED_TEMPLATES)('$name is without fault for the offline validator', ({ path }) => {
    expect(faults(path)).toEqual([]);
  });

  test.each([
    { what: 'a misspelt property', from: 'MapPublicIpOnLaunch', to: 'MapPublicIPOnLaunch', rule: 'F3002' },
    {
      what: 'a value outside the list',
      from: 'HttpTokens: required',
      to: 'HttpTokens: needed',
      rule: 'W3030',
    },
    { what: 'a reference to nothing', from: '!Ref NATGateway', to: '!Ref NATGatway', rule: 'F1020' },
  ])('$what is caught at its line', ({ from, to, rule }) => {
    const folder = mkdtempSync(join(tmpdir(), 'studio-egress-stack-'));
    try {
      const { text, line } = broken(STUDIO_FIREWALL, from, to);
      const path = join(folder, 'broken.yaml');
      writeFileSync(path, text);
      expect(faults(path).map(({ startLine, ruleId }) => ({ startLine, ruleId }))).toContainEqual({
        startLine: line,
        ruleId: rule,
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('cfn-lint, where Python has it, has nothing to say', () => {
    const lint = spawnSync('cfn-lint', TEMPLATES, { encoding: 'utf8', timeout: 60_000 });
    if (lint.error && 'code' in lint.error && lint.error.code === 'ENOENT') {
      process.stderr.write('cfn-lint did not run: it is not installed here (pip install cfn-lint)\n');
    }
    expect({ said: lint.stdout ?? '', status: lint.status ?? 'not installed' }).toEqual({
      said: '',
      status: lint.error ? 'not installed' : 0,
    });
  }, 70_000);

  test('as-published has exactly the parameters and defaults of the blog post', () => {
    expect(defaultsOf(AS_PUBLISHED)).toEqual(BLOG_PARAMETERS);
  });

  test('studio-firewall has those, and defaults for its own', () => {
    expect(defaultsOf(STUDIO_FIREWALL)).toEqual({
      ...BLOG_PARAMETERS,
      AllowedDomains: '.kaggle.com',
      LogRetentionDays: '365',
      Protection: 'true',
      ProbeHostImage: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
    });
  });

  test.each(NAMED_TEMPLATES)(
    '$name can be deployed without a bucket: at most 51,200 bytes, nothing nested',
    ({ path }) => {
      expect(statSync(path).size).toBeLessThanOrEqual(51_200);
      const types = withModel(path, (model) =>
        Object.values(model.resources()).map((resource) => resource.resourceType),
      );
      expect(types.length).toBeGreaterThan(path === PROBE_HOST ? 2 : 40);
      expect(types).not.toContain('AWS::CloudFormation::Stack');
      expect(withModel(path, (model) => model.transforms())).toEqual([]);
    },
  );

  test('both use one name for one thing, so that a change to the one can be tried on the other', () => {
    const [published, recommended] = TEMPLATES.map((path) =>
      withModel(path, (model) =>
        Object.entries(model.resources()).map(([id, { resourceType }]) => `${id} ${resourceType}`),
      ),
    );
    // The one rule that lets Studio workloads do anything among themselves is two narrower ones in the other.
    const left = published?.filter((resource) => !recommended?.includes(resource));
    expect(left).toEqual(['SageMakerSecurityGroupIngress AWS::EC2::SecurityGroupIngress']);
    expect(published).toEqual(
      expect.arrayContaining(
        ['SageMakerEgressRoute', 'NATGatewayEgressRoute', 'FirewallEgressRoute', 'IGWIngressRoute'].map(
          (id) => `${id} AWS::EC2::Route`,
        ),
      ),
    );
  });

  test('every output of as-published is one of studio-firewall too', () => {
    const [published, recommended] = TEMPLATES.map((path) =>
      withModel(path, (model) => Object.keys(model.outputs())),
    );
    expect(recommended).toEqual(expect.arrayContaining(published ?? ['as-published has no outputs']));
    expect(recommended).toEqual(
      expect.arrayContaining(['ProbeHostId', 'AlertLogGroupName', 'FlowLogGroupName']),
    );
  });
});
