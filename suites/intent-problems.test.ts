import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import { probeOf } from '../probes/catalogue';
import { probeId } from '../probes/client-target';
import { declaredTarget, type DeclaredDestination, type IntentDeclaration } from './intent-declaration';
import { formProblems, readDeclaration } from './intent-problems';
import { isDay, schemaProblems } from './schema-problems';

let validate: ValidateFunction;
beforeAll(() => {
  // Of two members of which one must be there, the alternatives name no more than that.
  const ajv = new Ajv2020({ strict: true, strictRequired: false });
  addFormats(ajv);
  validate = ajv.compile(JSON.parse(readFileSync(join(__dirname, 'intent.schema.json'), 'utf8')));
});

const techniques = ['sni-spoof', 'quic'];

/** Every section, each with something in it. */
const RICHEST: IntentDeclaration & { readonly version: 1 } = {
  version: 1,
  destinations: [
    { client: 'wget', name: 'kaggle.com', expect: 'allowed', because: 'data sets' },
    { client: 'wget', url: 'https://api.example.org/health', expect: 'allowed', because: 'the API' },
    {
      client: 'git',
      url: 'https://github.com/owner/tool.git',
      expect: 'denied',
      because: 'own repositories',
    },
    { client: 'pip', package: 'scikit-learn', expect: 'denied', because: 'own index' },
  ],
  endpoints: { required: ['sagemaker.api', 's3'] },
  exits: {
    approved: [{ target: 'tgw-0a', destinations: ['10.0.0.0/8', 'fd00::/8'], because: 'the office' }],
  },
  inspection: { accepted: ['vpce-0a'] },
  securityGroups: { approved: ['sg-0a'] },
  logs: { retentionDays: 90 },
  risks: {
    accepted: [
      { technique: 'sni-spoof', reason: 'no TLS inspection', owner: 'platform', expires: '2031-12-31' },
    ],
  },
  listener: 'listener.example.com',
  probeHost: 'i-0123456789abcdef0',
};

test('a file with every section is sound, and so is one with none', () => {
  expect(readDeclaration(RICHEST, { techniques })).toEqual({ status: 'sound', declaration: RICHEST });
  expect(readDeclaration({ version: 1 }, { techniques }).status).toBe('sound');
});

/** A document that is sound but for a few places, at which anything may stand. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    null,
    0,
    1,
    -1,
    1.5,
    36_501,
    '',
    ' ',
    'kaggle.com',
    'Kaggle.com',
    '.kaggle.com',
    '1.2.3.4',
    'a'.repeat(64),
    'https://kaggle.com',
    'https://kaggle.com/',
    'https://kaggle.com//',
    'https://kaggle.com/a/b.git',
    'https://kaggle.com/../x',
    'https://1.2.3.4/a',
    'https://kaggle.com:443/',
    'http://kaggle.com',
    '2031-02-29',
    '2032-02-29',
    '2031-12-31',
    '2031-1-1',
    'tgw-0a',
    'arn:aws:x',
    'arn:aws:networkmanager::1:x/y',
    'vpce-1',
    'sg-',
    'sg-1',
    '10.0.0.0/8',
    '10.0.0.0',
    '::/0',
    'com.amazonaws.s3',
    's3',
    'allowed',
    'denied',
    'wget',
    'git',
    'pip',
    [],
    {},
    [[]],
    'a\nb',
    'a\u0000b',
    '\u2028',
    '\ud800',
  ),
);

type Json = Record<string, unknown> | unknown[];

/** Every place of a document: the object or list that has it, and its key there. */
function placesOf(value: unknown): readonly (readonly [holder: Json, key: string])[] {
  if (typeof value !== 'object' || value === null) return [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is JSON
  const holder = value as Json;
  return Object.entries(value).flatMap(([key, member]) => [[holder, key] as const, ...placesOf(member)]);
}

const edit = fc.record({
  place: fc.nat(),
  how: fc.constantFrom('set', 'set', 'set', 'remove', 'add', 'rename'),
  value: anything,
  key: fc.oneof(
    fc.constantFrom(
      'name',
      'url',
      'package',
      'client',
      'because',
      '__proto__',
      'constructor',
      'destinations',
    ),
    fc.string({ maxLength: 5 }),
  ),
});

test('the schema and the validator agree on documents that are nearly sound', () => {
  let refused = 0;
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 2 }), (edits) => {
      const document: Record<string, unknown> = JSON.parse(JSON.stringify(RICHEST));
      for (const { place, how, value, key } of edits) {
        const places = placesOf(document);
        const [holder, at] = places[place % Math.max(1, places.length)] ?? [document, 'version'];
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a list's indexes are names, too
        const holding = holder as Record<string, unknown>;
        if (how === 'set') holding[at] = value;
        else if (how === 'remove') Reflect.deleteProperty(holding, at);
        else if (how === 'add' && !Array.isArray(holder))
          Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
        else if (how === 'rename' && !Array.isArray(holder)) {
          const was = holding[at];
          Reflect.deleteProperty(holding, at);
          Object.defineProperty(holder, key, {
            value: was,
            enumerable: true,
            configurable: true,
            writable: true,
          });
        }
      }
      const written: unknown = JSON.parse(JSON.stringify(document));
      const sound = validate(written);
      expect({ written, sound: formProblems(written).length === 0 }).toEqual({ written, sound });
      if (sound) accepted += 1;
      else refused += 1;
    }),
    { numRuns: 3000 },
  );
  // Both directions were really tried.
  expect(Math.min(accepted, refused)).toBeGreaterThan(300);
});

test('the schema and the validator agree on any JSON at all', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(formProblems(value).length === 0).toBe(validate(value));
    }),
  );
});

test('a day is one of the calendar, as the schema’s format has it', () => {
  const digits = (most: number, width: number) =>
    fc.nat(most).map((number) => String(number).padStart(width, '0'));
  fc.assert(
    fc.property(digits(9999, 4), digits(13, 2), digits(32, 2), (year, month, day) => {
      const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
      const real = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${year}-${month}-${day}`);
      expect(isDay(`${year}-${month}-${day}`)).toBe(real);
    }),
    { numRuns: 2000 },
  );
});

test('whatever destination is well formed has a probe', () => {
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
  const name = fc.array(label, { minLength: 2, maxLength: 5 }).map((labels) => labels.join('.'));
  const tail = fc.stringMatching(/^[A-Za-z0-9._~/-]{0,12}$/);
  const destination = fc.oneof(
    fc.record({ client: fc.constant('wget'), name }),
    fc.record({
      client: fc.constantFrom('wget', 'git'),
      url: fc.tuple(name, tail).map(([host, path]) => `https://${host}/${path}`),
    }),
    fc.record({ client: fc.constant('pip'), package: fc.stringMatching(/^[A-Za-z0-9._-]{1,8}$/) }),
  );
  fc.assert(
    fc.property(destination, (one) => {
      const entry = { ...one, expect: 'allowed', because: 'x' };
      fc.pre(formProblems({ version: 1, destinations: [entry] }).length === 0);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has just said so
      const target = declaredTarget(entry as DeclaredDestination);
      expect(target === null ? 0 : probeOf(probeId(target)).names.length).toBeGreaterThan(0);
    }),
    { numRuns: 1000 },
  );
});

test('all faults are found at once, each at its place and with what is right', () => {
  const read = readDeclaration(
    {
      destinations: [
        { client: 'wegt', name: 'kaggle.com', expect: 'allowed', because: 'x' },
        { client: 'wget', name: 'Kaggle.com', expect: 'maybe', becuase: 'x' },
        { client: 'wget', name: 'a.com', url: 'https://a.com', expect: 'allowed', because: 'x' },
        { client: 'git', expect: 'denied', because: 'x' },
        'kaggle.com',
      ],
      logs: { retentionDays: 0 },
      endpoints: { required: ['com.amazonaws.us-east-1.s3'] },
      securityGroups: { approved: [] },
      exits: null,
      risks: { accepted: [{ technique: 'quick', reason: ' ', owner: 'me', expires: '2031-02-29' }] },
    },
    { techniques },
  );
  const said = read.status === 'faulty' ? read.problems.map(({ reason, fix }) => `${reason}. ${fix}`) : [];
  expect(said).toEqual([
    'destinations[0].client is "wegt". Write one of wget, git, pip',
    expect.stringMatching(/^destinations\[1\]\.name is "Kaggle\.com"\. Write a DNS name in lower case/),
    'destinations[1].expect is "maybe". Write allowed or denied',
    'destinations[1] has no key "becuase". Use one of client, name, url, expect, because',
    expect.stringMatching(/^destinations\[1\] lacks because\. Add because: text/),
    'destinations[2] has both name and url. Give exactly one of name, url',
    expect.stringMatching(/^destinations\[3\] lacks url\. Add url: a repository's address/),
    'destinations[4] is "kaggle.com". Write an entry with client: wget or git or pip',
    expect.stringMatching(/^logs\.retentionDays is 0\. Write the least number of days/),
    expect.stringMatching(
      /^endpoints\.required\[0\] is "com\.amazonaws\.us-east-1\.s3"\. Write a service's short name/,
    ),
    'securityGroups.approved is an empty list. Add an entry, or leave the section out',
    'exits is empty. Write keys of its own: approved',
    expect.stringMatching(/^risks\.accepted\[0\]\.reason is " "/),
    expect.stringMatching(/^risks\.accepted\[0\]\.expires is "2031-02-29"\. Write the last day/),
    'the file lacks version. Add version: 1',
    expect.stringMatching(/^risks\.accepted\[0\]\.technique is "quick", and there is no such technique/),
  ]);
});

test('a contradiction is found although other parts are faulty', () => {
  const read = readDeclaration(
    {
      version: 2,
      destinations: [
        { client: 'wget', name: '?', expect: 'denied', because: 'x' },
        { client: 'wget', name: 'a.com', expect: 'allowed', because: 'x' },
        { client: 'wget', name: 'a.com', expect: 'denied', because: 'x' },
      ],
      risks: { accepted: [{ technique: 'quick', reason: 'x', owner: 'x', expires: '2031-01-01' }], more: 1 },
    },
    { techniques },
  );
  const paths = read.status === 'faulty' ? read.problems.map(({ path }) => path.join('.')) : [];
  expect(paths).toEqual([
    'version',
    'destinations.0.name',
    'risks.more',
    'destinations.2',
    'risks.accepted.0.technique',
  ]);
});

test('a schema that asks for what nobody checks is refused', () => {
  expect(() => schemaProblems(Object.assign({ type: 'string' }, { minLength: 3 }), 'a')).toThrow(/minLength/);
  expect(() => schemaProblems({ type: 'string', format: 'email' }, 'a')).toThrow(/email/);
  expect(() => schemaProblems({ type: 'object', properties: {} }, {})).toThrow(/leaves open/);
  expect(() => schemaProblems({ $ref: '#/$defs/none' }, {})).toThrow(/not there/);
});
