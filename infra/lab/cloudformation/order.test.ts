import * as fc from 'fast-check';
import { creationOrder } from './order';
import { readTemplate } from './template';

/** A template of security groups, each referring to others by number. */
function templateOf(edges: readonly (readonly number[])[]): string {
  const Resources = Object.fromEntries(
    edges.map((needs, at) => [
      `R${at}`,
      {
        Type: 'AWS::EC2::SecurityGroup',
        ...(needs.length > 1 ? { DependsOn: needs.slice(1).map((need) => `R${need}`) } : {}),
        Properties: { GroupDescription: needs[0] === undefined ? 'none' : { 'Fn::Sub': `\${R${needs[0]}}` } },
      },
    ]),
  );
  return JSON.stringify({ Resources });
}

/** Whether following edges from a node ever leads back to it, by trying all walks of the graph's length. */
function hasCircle(edges: readonly (readonly number[])[]): boolean {
  let reached = edges.map((needs) => new Set(needs));
  for (let step = 0; step < edges.length; step++)
    reached = reached.map((nodes) => new Set([...nodes].flatMap((node) => [node, ...(edges[node] ?? [])])));
  return reached.some((nodes, at) => nodes.has(at));
}

test('everything comes after what it needs, and a circle is an error exactly when there is one', () => {
  const graph = fc.integer({ min: 1, max: 7 }).chain((size) =>
    fc.array(fc.uniqueArray(fc.integer({ min: 0, max: size - 1 }), { maxLength: 2 }), {
      minLength: size,
      maxLength: size,
    }),
  );
  fc.assert(
    fc.property(graph, (edges) => {
      const template = readTemplate(templateOf(edges));
      const order = () => creationOrder(template, { condition: () => true });
      if (hasCircle(edges)) return expect(order).toThrow(/Circular dependency between resources: \[/);
      const places = new Map(order().map((logicalId, place) => [logicalId, place]));
      expect(places.size).toBe(edges.length);
      edges.forEach((needs, at) => {
        for (const need of needs) expect(places.get(`R${need}`)).toBeLessThan(places.get(`R${at}`) ?? -1);
      });
    }),
    { numRuns: 200 },
  );
});

test('a circle names its members only, in their order', () => {
  const template = readTemplate(templateOf([[1], [2], [3], [1]]));
  expect(() => creationOrder(template, { condition: () => true })).toThrow(
    'Resources.R1 (line 1): Circular dependency between resources: [R1, R2, R3] (R1 -> R2 -> R3 -> R1).',
  );
});

test('what an untaken branch refers to is no dependency', () => {
  const template = readTemplate(`
Conditions: { Never: !Equals [a, b] }
Resources:
  A: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: !If [Never, !Ref B, none] } }
  B: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: !Ref A } }
`);
  expect(creationOrder(template, { condition: () => false })).toEqual(['A', 'B']);
  expect(() => creationOrder(template, { condition: () => true })).toThrow(/Circular/);
});
