import { SchemaValidator, type StandardDiagnostic, TemplateFile } from '@aws/cloudformation-validate';
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

let schemas: SchemaValidator;
let diagnostics: readonly StandardDiagnostic[];
beforeAll(() => {
  schemas = new SchemaValidator();
  diagnostics = judgement();
});
afterAll(() => schemas.free());

const providers = [...PROVIDERS.values()];
const logicalId = (type: string) => type.replaceAll(':', '');

/** What AWS's own schemas say of a template with every type and every property that the lab knows. */
function judgement(extraProperty?: string): readonly StandardDiagnostic[] {
  const Resources = Object.fromEntries(
    providers.map(({ type, shape }) => {
      const others = [...shape.notCarried, ...(extraProperty === undefined ? [] : [extraProperty])];
      const Properties = Object.assign(Object.fromEntries(others.map((name) => [name, 'x'])), example(shape));
      return [logicalId(type), { Type: type, Properties }];
    }),
  );
  const folder = mkdtempSync(join(tmpdir(), 'types-'));
  try {
    const file = join(folder, 'all.json');
    writeFileSync(file, JSON.stringify({ Resources }));
    return schemas.validate(new TemplateFile(file));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const unexpected = (found: readonly StandardDiagnostic[]) =>
  found
    .map(({ message }) => message)
    .filter((message) => message.startsWith('Additional properties are not allowed'));

test('AWS has every property that the lab knows', () => {
  expect(unexpected(diagnostics)).toEqual([]);
  // The schemas do object to what AWS does not have.
  expect(unexpected(judgement('Colour')).length).toBeGreaterThan(40);
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
