import * as fc from 'fast-check';
import { paginate } from './paging';

const invalidToken = (message: string) => new Error(message);

test('walking the tokens gives every item once, in order, in pages no longer than asked for', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer(), { maxLength: 40 }),
      fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
      fc.integer({ min: 1, max: 10 }),
      (items, limit, pageSize) => {
        const walked: number[] = [];
        let token: string | undefined;
        do {
          const page = paginate(items, { token, limit, pageSize, invalidToken });
          expect(page.items.length).toBeLessThanOrEqual(Math.min(limit ?? pageSize, pageSize));
          walked.push(...page.items);
          token = page.nextToken;
        } while (token !== undefined);
        expect(walked).toEqual(items);
      },
    ),
  );
});

test.each([
  '',
  '5',
  'cGFnZTo',
  Buffer.from('page:4').toString('base64url'),
  Buffer.from('page:-1').toString('base64url'),
])('the token "%s" of a list of three is refused with the error of the service', (token) => {
  expect(() => paginate([1, 2, 3], { token, invalidToken: () => new RangeError('not mine') })).toThrow(
    RangeError,
  );
});
