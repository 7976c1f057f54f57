/**
 * The import rules of ARCHITECTURE.md, and the shape of the tree. On a failure: move the code to the room that
 * may have the import, or change the rule here and in ARCHITECTURE.md, with a decision record.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { builtinModules } from 'node:module';

interface Import {
  readonly from: string;
  /** A path of the tree without its ending, or a package's name. */
  readonly to: string;
  readonly isPackage: boolean;
  readonly typeOnly: boolean;
}

/** Who may import what. The first rule whose `room` matches a file's path counts. */
interface Rule {
  readonly room: RegExp;
  readonly rooms: RegExp;
  readonly packages: RegExp;
  /** Packages that may be imported for their types alone. */
  readonly typePackages?: RegExp;
}

const NODE = /^node:/;
const AWS = /^(@aws-sdk|@smithy)\//;
const either = (...patterns: readonly RegExp[]) =>
  new RegExp(patterns.map((pattern) => pattern.source).join('|'));
const NOTHING = /^$/;

const RULES: readonly Rule[] = [
  { room: /\.test\.ts$|\.fixture\.ts$/, rooms: /./, packages: /./ },
  {
    room: /^infra\/model\/firewall\//,
    rooms: /^infra\/(model|snapshot\/snapshot$)/,
    packages: /^tldts$/,
  },
  {
    // The second opinion on a proof: it may know the snapshot's types and nothing of the prover.
    room: /^infra\/model\/certificate-checker\.ts$/,
    rooms: /^infra\/(snapshot\/snapshot|model\/certificate)$/,
    packages: /^node:net$/,
  },
  {
    // Types alone, so that the checker depends on nothing by way of it.
    room: /^infra\/model\/certificate\.ts$/,
    rooms: /^infra\/snapshot\/snapshot$/,
    packages: NOTHING,
  },
  { room: /^infra\/model\//, rooms: /^infra\/(model|snapshot\/snapshot$)/, packages: NOTHING },
  {
    room: /^infra\/snapshot\/snapshot\.ts$/,
    rooms: NOTHING,
    packages: NOTHING,
    typePackages: AWS,
  },
  { room: /^infra\/snapshot\//, rooms: /^infra\/snapshot\//, packages: either(NODE, AWS, /^p-retry$/) },
  {
    room: /^infra\/lab\//,
    rooms: /^infra\/(lab|snapshot)\//,
    packages: either(NODE, AWS, /^yaml$/, /^@swc\/core$/, /^fastest-levenshtein$/),
  },
  {
    room: /^infra\/mutants\/deployed\//,
    rooms: /^infra\/(mutants|snapshot)\//,
    packages: either(NODE, AWS, /^yaml$/),
  },
  { room: /^infra\/mutants\//, rooms: /^infra\/(mutants|snapshot)\//, packages: NOTHING },
  {
    room: /^probes\/(transports|firewall-log)\//,
    rooms: /^(probes\/|infra\/snapshot\/|infra\/model\/flow-shape$)/,
    packages: either(NODE, AWS, /^p-retry$/),
  },
  {
    // Reads the packet sender's program, which travels in scripts, and nothing else.
    room: /^probes\/sender\/sender-program\.ts$/,
    rooms: NOTHING,
    packages: /^node:(fs|path|zlib)$/,
  },
  {
    // node:crypto computes (a QUIC packet's protection); it reads nothing of the world.
    room: /^probes\//,
    rooms: /^(probes\/([^/]+|(evasions|payloads|sender)\/[^/]+)$|infra\/model\/(flow-shape|firewall\/rule)$)/,
    packages: /^node:crypto$/,
  },
  {
    room: /^suites\/(jest-environment|jest-runner|suite|registry)\.ts$/,
    rooms: /^(suites|probes|infra\/(model|snapshot))\//,
    packages: either(NODE, /^jest-environment-node$/, /^jest-circus\/runner$/),
    typePackages: /^(@jest\/|jest-)/,
  },
  {
    room: /^suites\//,
    rooms: /^(suites|probes\/([^/]+|evasions\/techniques)$|infra\/(model|snapshot)\/)/,
    packages: NOTHING,
  },
  {
    room: /^reports\/network-layout\.ts$/,
    rooms: /^reports\//,
    packages: /^elkjs\/lib\/elk/,
  },
  {
    // A PDF is what an installed browser prints.
    room: /^reports\/(browser|pdf)\.ts$/,
    rooms: /^(reports\/|suites\/evidence$)/,
    packages: NODE,
  },
  {
    room: /^reports\/jest-reporter\.ts$/,
    rooms: /^suites\/evidence$/,
    packages: NODE,
    typePackages: /^@jest\//,
  },
  {
    room: /^reports\//,
    rooms: /^(reports\/|suites\/(evidence|intent|assemble)$|probes\/probe$|infra\/snapshot\/snapshot$)/,
    packages: /^node:crypto$/,
  },
  { room: /^commands\//, rooms: /^(commands|infra|probes|suites|reports|jest\.config)/, packages: /./ },
  { room: /^bench\//, rooms: /./, packages: /./ },
  { room: /^cli\.ts$/, rooms: /./, packages: /^(node:|commander$)/ },
];

const root = __dirname;
const SKIPPED = new Set(['node_modules', '.git', '.cache', 'out']);

function sources(folder: string = root): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return entry.name.endsWith('.ts') ? [relative(root, path)] : [];
  });
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?[^'";]*?from\s+'([^']+)'|(?:^|\n)import\s+'([^']+)'|\brequire\('([^']+)'\)|\bimport\('([^']+)'\)/g;

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(IMPORT)].map((match) => {
    const specifier = match[2] ?? match[3] ?? match[4] ?? match[5] ?? '';
    const isPackage = !specifier.startsWith('.');
    return {
      from: file,
      to: isPackage ? specifier : normalize(join(dirname(file), specifier)).replace(/\.(ts|js)$/, ''),
      isPackage,
      // An import call stands in types only: code loads late by require.
      typeOnly: match[1] !== undefined || match[5] !== undefined,
    };
  });
}

function violation(rule: Rule, { to, isPackage, typeOnly }: Import): boolean {
  if (!isPackage) return !rule.rooms.test(to);
  return !rule.packages.test(to) && !(typeOnly && rule.typePackages?.test(to) === true);
}

const files = sources();

test('every source file stands in a room that has a rule', () => {
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((file) => !RULES.some((rule) => rule.room.test(file)))).toEqual([]);
});

test('imports follow the rules of ARCHITECTURE.md', () => {
  const violations = files.flatMap((file) => {
    const rule = RULES.find((candidate) => candidate.room.test(file));
    if (rule === undefined) return [];
    return importsOf(file)
      .filter((found) => violation(rule, found))
      .map((found) => `${found.from} imports ${found.to}`);
  });
  expect(violations).toEqual([]);
});

test('the lab never imports what it is compared with', () => {
  const crossing = files
    .filter((file) => file.startsWith('infra/lab/'))
    .flatMap(importsOf)
    .filter(
      (found) => /^(infra\/model|probes|suites|reports)\//.test(found.to) && !found.from.endsWith('.test.ts'),
    );
  expect(crossing).toEqual([]);
});

test('the rules catch a forbidden import', () => {
  const rule = RULES.find((candidate) => candidate.room.test('infra/model/routing.ts'));
  const sdk = { from: 'infra/model/routing.ts', to: '@aws-sdk/client-ec2', isPackage: true, typeOnly: true };
  const lab = { from: 'infra/model/routing.ts', to: 'infra/lab/state', isPackage: false, typeOnly: false };
  expect(rule === undefined ? [] : [violation(rule, sdk), violation(rule, lab)]).toEqual([true, true]);
});

test('no room without a noun, no file that outgrew its room', () => {
  const folders = files.flatMap((file) => dirname(file).split('/'));
  const banned = new Set(['src', 'lib', 'utils', 'util', 'helpers', 'helper', 'common', 'misc', 'shared']);
  expect(folders.filter((folder) => banned.has(folder))).toEqual([]);
  const long = files.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 400);
  expect(long).toEqual([]);
});

test('only known packages are named, and Node modules by their prefix', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  const known = new Set([
    ...Object.keys(manifest['dependencies'] ?? {}),
    ...Object.keys(manifest['devDependencies'] ?? {}),
  ]);
  const packages = files.flatMap(importsOf).filter((found) => found.isPackage && !NODE.test(found.to));
  const bare = packages.filter((found) => builtinModules.includes(found.to));
  expect(bare.map((found) => `${found.from}: ${found.to}`)).toEqual([]);
  const name = (specifier: string) =>
    specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/');
  // Jest's own packages come with it.
  const unknown = packages.filter(
    (found) => !known.has(name(found.to)) && !(found.typeOnly && /^(@jest\/|jest-)/.test(found.to)),
  );
  expect(unknown.map((found) => `${found.from}: ${found.to}`)).toEqual([]);
});

test('every file in the tree is text of a sane size', () => {
  expect(files.filter((file) => statSync(join(root, file)).size > 60_000)).toEqual([]);
});
