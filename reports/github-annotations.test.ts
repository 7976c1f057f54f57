import { githubAnnotations } from './github-annotations';

const error = (message: string, title = 'routing/one') => ({ level: 'error' as const, title, message });

test('a line each, and nothing in it can begin another command or end its title', () => {
  expect(githubAnnotations([error('100% of\r\n::set-output name=x::y\u0007', 'a:b,c\n::error::x')])).toEqual([
    '::error title=a%3Ab%2Cc%0A%3A%3Aerror%3A%3Ax::100%25 of%0D%0A::set-output name=x::y ',
  ]);
});

test('no more than GitHub shows, and how many are left', () => {
  const lines = githubAnnotations(Array.from({ length: 25 }, (_, index) => error(String(index))));
  expect(lines).toHaveLength(10);
  expect(lines.at(-1)).toContain('16 more');
  expect(githubAnnotations(Array.from({ length: 10 }, () => error('x')))).toHaveLength(10);
});
