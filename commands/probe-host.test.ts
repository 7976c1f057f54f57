import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { change, unread } from '../infra/mutants/mutant';
import { referenceSnapshot } from '../infra/mutants/reference-snapshot';
import { filledIn } from './probe-host';

const TEMPLATE = readFileSync(join(__dirname, '..', 'infra', 'stack', 'probe-host.yaml'), 'utf8');

const defaults = (text: string): readonly string[] =>
  [...text.matchAll(/^ {4}Default: ((?:subnet|sg)-.*)$/gm)].map(([, value = '']) => value);

test("a target's subnet and groups are the defaults", () => {
  const { text, notes } = filledIn(TEMPLATE, referenceSnapshot());
  expect(defaults(text)).toEqual(['subnet-studio', 'sg-studio']);
  expect(text.replace(/^ {4}Default: (?:subnet|sg)-.*\n/gm, '')).toBe(TEMPLATE);
  expect(notes).toEqual([]);
});

test('what is not known is left out and said, what there is more of is said', () => {
  const { text, notes } = filledIn(TEMPLATE, unread(referenceSnapshot(), 'domains'));
  expect(text).toBe(TEMPLATE);
  expect(notes).toEqual([
    expect.stringMatching(/^SubnetId is not filled in: .*domains/),
    expect.stringMatching(/^SecurityGroupIds is not filled in: /),
  ]);
  const two = change(referenceSnapshot(), 'domains', (domains) =>
    domains.map((domain) => ({ ...domain, SubnetIds: [...(domain.SubnetIds ?? []), 'subnet-second'] })),
  );
  expect(filledIn(TEMPLATE, two).notes).toEqual([
    expect.stringMatching(/Studio also has subnet-studio|subnet-second/),
  ]);
});

test('what is no id does not come into the template', () => {
  const odd = change(referenceSnapshot(), 'domains', (domains) =>
    domains.map((domain) => ({ ...domain, SubnetIds: ['subnet-x\n    Description: !Ref y'] })),
  );
  expect(defaults(filledIn(TEMPLATE, odd).text)).toEqual(['sg-studio']);
});
