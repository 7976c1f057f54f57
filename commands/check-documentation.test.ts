import { checkFiles } from '../suites/registry';
import { WAIVERS_CHECK } from '../suites/waivers';
import { checkDocumentation, parts } from './check-documentation';

const ids = checkFiles().map(({ id }) => id);

test.each(ids)('%s has a page with why, fix and references', (id) => {
  const page = checkDocumentation([id])[id];
  expect(page?.statement).toMatch(/^[A-Z].*\.$/);
  expect(page?.why.length).toBeGreaterThan(40);
  expect(page?.fix.length).toBeGreaterThan(20);
  expect(page?.why).not.toMatch(/\b(aws|lab|policy|proof)\.md\b/);
  expect(page?.references.length).toBeGreaterThan(0);
  for (const reference of page?.references ?? []) expect(reference).toMatch(/^(https:\/\/|RFC |facts\/)/);
});

test('only what is planned is documented, the file of waivers, too', () => {
  expect(Object.keys(checkDocumentation(['dns/no-foreign-resolver', WAIVERS_CHECK.id])).sort()).toEqual([
    'dns/no-foreign-resolver',
    WAIVERS_CHECK.id,
  ]);
});

test('a page without a part has an empty one', () => {
  expect(parts('A statement.\n\nWhy\n  Because.\n  Really.')).toEqual({
    why: 'Because. Really.',
    fix: '',
    references: [],
  });
});
