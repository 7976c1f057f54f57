import type { StandardDiagnostic } from '@aws/cloudformation-validate';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Shape } from '../property-shape';
import type { Provider } from './provider';
import { PROVIDERS } from './types';

/** Some value of a shape, with every member that it can have. */
function example(shape: Shape): unknown {
  switch (shape.kind) {
    case 'text':
      return shape.oneOf?.[0] ?? 'x';
    case 'boolean':
      return true;
    case 'integer':
      return 1;
    case 'list':
      return [example(shape.of)];
    case 'map':
      return { key: example(shape.of) };
    case 'object':
      return Object.fromEntries(
        Object.entries(shape.members).map(([name, member]) => [name, example(member)]),
      );
    default:
      return {};
  }
}

let diagnostics: readonly StandardDiagnostic[];
beforeAll(() => {
  diagnostics = judgement();
});

/** In a process of its own: the engine's threads would hold this one back at its end. */
const VALIDATE = `
const { CelEngine, TemplateFile } = require('@aws/cloudformation-validate');
process.stdout.write(JSON.stringify(new CelEngine().validateStandard(new TemplateFile(process.argv[1])).diagnostics));
`;

const providers = [...PROVIDERS.values()];
const logicalId = (type: string) => type.replaceAll(':', '');

/** One template with every type, every property and every attribute that the lab knows, as AWS's own schemas see it. */
function judgement(extraProperty?: string): readonly StandardDiagnostic[] {
  const Resources = Object.fromEntries(
    providers.map(({ type, shape }) => [
      logicalId(type),
      {
        Type: type,
        Properties: {
          ...(example(shape) as Record<string, unknown>),
          ...Object.fromEntries(
            [...shape.notCarried, ...(extraProperty === undefined ? [] : [extraProperty])].map((name) => [
              name,
              'x',
            ]),
          ),
        },
      },
    ]),
  );
  const Outputs = Object.fromEntries(
    providers.flatMap(({ type, attributes }) =>
      (attributes ?? []).map((name) => [
        logicalId(type) + name,
        { Value: { 'Fn::GetAtt': [logicalId(type), name] } },
      ]),
    ),
  );
  const folder = mkdtempSync(join(tmpdir(), 'types-'));
  try {
    const file = join(folder, 'all.json');
    writeFileSync(file, JSON.stringify({ Resources, Outputs }));
    const output = execFileSync(process.execPath, ['-e', VALIDATE, file], {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      timeout: 60_000,
      stdio: 'pipe',
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what validateStandard returns, as JSON
    return JSON.parse(output) as StandardDiagnostic[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('AWS has every property and every attribute that the lab knows', () => {
  const unknownProperties = diagnostics.filter(({ message }) =>
    /additional propert|unsupported|unknown propert|did you mean/i.test(message),
  );
  const unknownAttributes = diagnostics.filter(
    ({ message }) =>
      /is not one of \[.*\]$/.test(message) && /^'[A-Z]\w+' is not one of \['(Arn|Id|.*Id)'/.test(message),
  );
  expect(unknownProperties.map(({ message }) => message)).toEqual([]);
  expect(unknownAttributes.map(({ message }) => message)).toEqual([]);
  // The schemas do object to what AWS does not have.
  const objections = judgement('Colour').filter(({ message }) => message.includes('Colour'));
  expect(objections.length).toBeGreaterThan(40);
});

/** A move of the same association, which AWS makes by creating the new and deleting the old. */
const MOVED = [
  'AWS::EC2::VPCDHCPOptionsAssociation DhcpOptionsId',
  'AWS::EC2::SubnetRouteTableAssociation RouteTableId',
  'AWS::EC2::SubnetNetworkAclAssociation NetworkAclId',
];

/** Resource Route53Resolver::FirewallConfig is newer than these schemas. */
const UNKNOWN_TYPES = ['AWS::Route53Resolver::FirewallConfig'];

test('what is changed in place, replaced or refused on update is what AWS says of each property', () => {
  const createOnly = new Set<string>();
  const either = new Set<string>();
  for (const { message, entity } of diagnostics) {
    const [, name, sometimes] = /^Property '(\w+)' is (conditionally )?create-only/.exec(message) ?? [];
    if (name !== undefined)
      (sometimes === undefined ? createOnly : either).add(`${entity?.resourceType} ${name}`);
  }
  expect(createOnly.size).toBeGreaterThan(100);
  const wrong = providers
    .filter(({ type }) => !UNKNOWN_TYPES.includes(type))
    .flatMap((provider) => wrongUpdates(provider, { createOnly, either }));
  expect(wrong).toEqual([]);
});

function wrongUpdates(
  { type, shape, mutable, frozen }: Provider,
  { createOnly, either }: { readonly createOnly: ReadonlySet<string>; readonly either: ReadonlySet<string> },
): readonly string[] {
  return Object.keys(shape.members).flatMap((name) => {
    const key = `${type} ${name}`;
    if (either.has(key) || MOVED.includes(key)) return [];
    const inPlace = mutable.includes(name);
    if (createOnly.has(key)) return inPlace || frozen.includes(name) ? [`${key} is replaced in AWS`] : [];
    return inPlace || frozen.includes(name) ? [] : [`${key} is changed in place in AWS`];
  });
}
