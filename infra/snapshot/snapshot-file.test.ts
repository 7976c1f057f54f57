import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSnapshot, readSnapshotFile, SnapshotFileError, writeSnapshotFile } from './snapshot-file';
import type { Snapshot } from './snapshot';
import { SECTION_NAMES } from './take-snapshot';

const AT = '2026-03-04T05:06:07.089Z';
const RESPONSE = { requestId: null, sha256: '0a'.repeat(32) };
const OBJECTS = new Set([
  'callerIdentity',
  'vpc',
  'vpcAttributes',
  'vpcBlockPublicAccess',
  'resolverFirewall',
]);

/** A snapshot whose every second section is unread. */
function snapshot(): Snapshot {
  const section = (name: string, index: number) =>
    index % 2 === 0
      ? {
          status: 'read',
          readAt: AT,
          calls: [{ operation: 'ec2:DescribeVpcs', parameters: {}, pages: 1, responses: [RESPONSE] }],
          value: OBJECTS.has(name) ? { Name: name } : [{ Name: name }],
        }
      : {
          status: 'unread',
          at: AT,
          operation: 'ec2:DescribeVpcs',
          error: 'E',
          message: 'm',
          missingPermission: null,
        };
  const written: Snapshot = JSON.parse(
    JSON.stringify({
      schema: 'studio-egress/snapshot/v1',
      takenAt: AT,
      target: {
        kind: 'lab',
        account: null,
        region: 'us-east-1',
        stack: null,
        vpcId: 'vpc-0123456789abcdef0',
        domainId: null,
      },
      sections: Object.fromEntries(SECTION_NAMES.map((name, index) => [name, section(name, index)])),
    }),
  );
  return written;
}

test('what is written is read back as it was', () => {
  const folder = mkdtempSync(join(tmpdir(), 'snapshot-file-'));
  try {
    const path = join(folder, 'snapshot.json');
    writeSnapshotFile(path, snapshot());
    expect(readSnapshotFile(path)).toEqual(snapshot());
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a snapshot from before responses were recorded is read', () => {
  const text = JSON.stringify(snapshot()).replaceAll(`,"responses":[${JSON.stringify(RESPONSE)}]`, '');
  expect(text).not.toContain('responses');
  expect(parseSnapshot(text, 'x.json').sections).toBeDefined();
});

test('a file that is not there is named', () => {
  expect(() => readSnapshotFile('/no/such/snapshot.json')).toThrow(
    /^\/no\/such\/snapshot.json cannot be read/,
  );
});

test.each(SECTION_NAMES)('a snapshot without %s is refused by that name', (name) => {
  const { [name]: _, ...others } = snapshot().sections;
  const text = JSON.stringify({ ...snapshot(), sections: others });
  expect(() => parseSnapshot(text, 'x.json')).toThrow(
    `x.json is not a snapshot: sections.${name} is missing; take it again with "studio-egress snapshot"`,
  );
});

test.each(SECTION_NAMES)('%s of another shape, or of no status, is refused', (name) => {
  const wrong = [
    { status: 'read', readAt: AT, calls: [], value: OBJECTS.has(name) ? [] : {} },
    { status: 'read', readAt: AT, calls: [], value: null },
    ...[{}, [null], [{ requestId: 1, sha256: null }], [{ requestId: null, sha256: 'short' }]].map(
      (responses) => ({
        status: 'read',
        readAt: AT,
        calls: [{ operation: 'a:B', parameters: {}, pages: 1, responses }],
        value: OBJECTS.has(name) ? {} : [],
      }),
    ),
    { status: 'read', readAt: AT, calls: [] },
    { status: 'read', calls: [], value: OBJECTS.has(name) ? {} : [] },
    { status: 'read', readAt: AT, value: OBJECTS.has(name) ? {} : [] },
    { status: 'unread', at: AT, operation: 'a:B', error: 'E', message: 'm' },
    { status: 'unread' },
    { readAt: AT, calls: [], value: OBJECTS.has(name) ? {} : [] },
    null,
    [],
  ];
  for (const section of wrong) {
    const text = JSON.stringify({ ...snapshot(), sections: { ...snapshot().sections, [name]: section } });
    expect(() => parseSnapshot(text, 'x.json')).toThrow(SnapshotFileError);
    expect(() => parseSnapshot(text, 'x.json')).toThrow(`sections.${name}`);
  }
});

test.each([
  ['not JSON', '{', /^x.json is not JSON: /],
  ['a list', '[]', /the document is not an object/],
  [
    'another schema',
    JSON.stringify({ ...snapshot(), schema: 'studio-egress/snapshot/v2' }),
    /schema is "studio-egress\/snapshot\/v2"/,
  ],
  ['no time', JSON.stringify({ ...snapshot(), takenAt: 'yesterday' }), /takenAt is not an ISO 8601 time/],
  ['no target', JSON.stringify({ ...snapshot(), target: null }), /target is not an object/],
  [
    'a target of another VPC id',
    JSON.stringify({ ...snapshot(), target: { ...snapshot().target, vpcId: 'x' } }),
    /target.vpcId is not a VPC id/,
  ],
  [
    'a target without an account',
    JSON.stringify({ ...snapshot(), target: { ...snapshot().target, account: undefined } }),
    /target.account is neither/,
  ],
  [
    'a section too many',
    JSON.stringify({ ...snapshot(), sections: { ...snapshot().sections, more: {} } }),
    /sections.more is not a known section/,
  ],
  ['no sections', JSON.stringify({ ...snapshot(), sections: [] }), /sections is not an object/],
])('%s is refused with the place', (_, text, message) => {
  expect(() => parseSnapshot(text, 'x.json')).toThrow(message);
});
