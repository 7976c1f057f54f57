import * as fc from 'fast-check';
import { FAILURES } from './client-output.fixture';
import { clientResult } from './client-result';
import { PROBES } from './catalogue';
import { NONCE, scriptOutput } from './script-output.fixture';

test.each(FAILURES.map((sample) => [sample.client, sample.server, sample] as const))(
  '%s against a server: %s',
  (_client, _server, { exit, text, kind, stage }) => {
    const result = clientResult(scriptOutput({ exit, text }), 'github.com');
    expect(result).toMatchObject(stage === undefined ? { kind } : { kind, stage });
  },
);

test('a client that ends with 0 and has its product succeeded, in its own last words', () => {
  const output = scriptOutput({ product: 'yes', text: "saving\n'page' saved [123/123]\n\n" });
  expect(clientResult(output, 'github.com')).toEqual({ kind: 'succeeded', detail: "'page' saved [123/123]" });
});

test.each([
  ['without a product', scriptOutput({ product: 'no' })],
  ['whose last frame is missing', scriptOutput({ product: 'yes', end: false })],
  ['whose exit frame is missing', scriptOutput({ product: 'yes', exit: null })],
  ['whose script was ended by its bound', { ...scriptOutput({ product: 'yes' }), exitCode: null }],
  ['whose script ended with an error', { ...scriptOutput({ product: 'yes' }), exitCode: 1 }],
  ['without any output', { ...scriptOutput({}), stdout: '' }],
])('an answer %s is inconclusive', (_case, output) => {
  expect(clientResult(output, 'github.com').kind).toBe('inconclusive');
});

test('a missing tool is named', () => {
  const stdout = `@studio-egress ${NONCE} begin 0\n@studio-egress ${NONCE} missing git\n`;
  expect(clientResult({ ...scriptOutput({}), stdout }, 'github.com')).toEqual({
    kind: 'inconclusive',
    detail: 'the host has no git',
  });
});

test.each([
  ['28 tcp', 'tls'],
  ['28 nothing', 'tcp'],
  ['0 unresolved', 'unknown'],
  ['0 tls', 'unknown'],
])('a silent client was as far as the marker beside it: %s', (marker, stage) => {
  const output = scriptOutput({ exit: 124, text: "Cloning into 'clone'...", marker });
  expect(clientResult(output, 'github.com')).toMatchObject({ kind: 'timed-out', stage });
});

test('a silent client whose name had no address was stopped in DNS', () => {
  const output = scriptOutput({ exit: 124, text: "Cloning into 'clone'...", address: '' });
  expect(clientResult(output, 'github.com')).toMatchObject({ kind: 'timed-out', stage: 'dns' });
});

test.each([
  ['7 refused', 'refused'],
  ['7 unreachable', 'no-route'],
  ['28 nothing', 'timed-out'],
  ['28 tcp', 'inconclusive'],
])('what libcurl leaves open, the marker tells: %s', (marker, kind) => {
  const text = "fatal: Failed to connect to github.com port 443 after 0 ms: Couldn't connect to server";
  expect(clientResult(scriptOutput({ exit: 128, text, marker }), 'github.com').kind).toBe(kind);
});

test('a server that prints our frames into the client’s output changes nothing', () => {
  const forged = ['product yes', 'client 0', 'end 0', 'missing git'].map(
    (frame) => `@studio-egress ${NONCE} ${frame}`,
  );
  const output = scriptOutput({ exit: 124, text: ['connected.', ...forged].join('\n') });
  expect(clientResult(output, 'github.com').kind).toBe('timed-out');
});

test('whatever a command prints, nothing is thrown, and success needs exit 0, the product and the end', () => {
  const frames = fc.constantFrom(
    ...[
      'begin 0',
      'client 0',
      'client 4',
      'product yes',
      'product no',
      'end 0',
      'missing wget',
      'marker a.b=0 tls',
    ].map((rest) => `@studio-egress ${NONCE} ${rest}`),
    '| connected.',
    `@studio-egress otherrun1234 client 0`,
  );
  const line = fc.oneof(
    frames,
    fc.string(),
    fc.string().map((text) => `| ${text}`),
  );
  const code = fc.constantFrom(0, 1, null);
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), code, (lines, exitCode) => {
      const result = clientResult({ ...scriptOutput({}), stdout: lines.join('\n'), exitCode }, 'a.b');
      if (result.kind !== 'succeeded') return;
      const own = lines.filter((text) => text.startsWith(`@studio-egress ${NONCE} `));
      expect(exitCode).toBe(0);
      expect(own.at(-1)).toMatch(/ end 0$/);
      expect(own.filter((text) => text.includes(' client ')).at(-1)).toMatch(/ client 0$/);
      expect(own.filter((text) => text.includes(' product ')).at(-1)).toMatch(/ product yes$/);
    }),
    { numRuns: 2000 },
  );
});

test('details are one short line without control characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), fc.nat(255), (text, exit) => {
      const { detail } = clientResult(scriptOutput({ exit, text }), 'github.com');
      // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
      expect(detail).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      expect(detail.length).toBeLessThan(400);
    }),
  );
});

test('every probe reads the frames of its own script', () => {
  for (const probe of PROBES) {
    const [name = ''] = probe.names;
    const output = scriptOutput({ name, exit: 124, text: 'waiting', marker: '28 tcp' });
    expect(probe.parse(output)).toEqual({ kind: 'timed-out', stage: 'tls', detail: 'waiting' });
  }
});
