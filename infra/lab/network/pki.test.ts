import { opensslConfiguration } from './pki';

test("names and addresses become the certificate's alternatives", () => {
  expect(opensslConfiguration(['kaggle.com', '*.kaggle.com', '203.0.113.10'])).toContain(
    'subjectAltName = DNS:kaggle.com,DNS:*.kaggle.com,IP:203.0.113.10\n',
  );
});

test.each(['', 'a,DNS:b', 'a\n[other]', '$ENV::HOME', 'a b', '*.*.com', 'www.*.com'])(
  '%j is refused',
  (name) => {
    expect(() => opensslConfiguration([name])).toThrow(/not a host name/);
  },
);

test('a certificate for nothing is refused', () => {
  expect(() => opensslConfiguration([])).toThrow(/at least one name/);
});
