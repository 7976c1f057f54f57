import * as fc from 'fast-check';
import { firstBytes } from './first-bytes';

test.each([
  ['GET / HTTP/1.1\r\n', 'http'],
  ['CONNECT example.com:443 HTTP/1.1\r\n', 'http'],
  ['SSH-2.0-client\r\n', 'ssh'],
  ['\0\0\0\x45\xffSMBr', 'smb'],
  ['\0\0\0\x45\xfeSMB@', 'smb'],
  ['GETTING', 'other'],
  ['hello\n', 'other'],
  ['\x16\x03\x01\0\x04\x02\0\0\0', 'broken-tls'],
  ['\x16garbage', 'broken-tls'],
  ['\x16\x03\x01\x02\0\x01\0\x01\xfc', 'more'],
  ['PO', 'more'],
  ['SSH', 'more'],
  ['', 'more'],
])('%j speaks %s', (text, speaks) => {
  expect(firstBytes(Buffer.from(text, 'latin1')).speaks).toBe(speaks);
});

test('whatever comes, it asks for more than it has, or decides; and text decides within a word', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const first = firstBytes(Buffer.from(bytes));
      if (first.speaks === 'more') {
        expect(first.atLeast).toBeGreaterThan(bytes.length);
        expect(bytes[0] === 22 || bytes.length < 9).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});
