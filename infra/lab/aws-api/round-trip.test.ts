/**
 * Every operation of every service there and back: the real SDK client sends generated values, the server decodes
 * them and answers with generated values; both ends are compared. What cannot survive is listed, exactly.
 */
import { createServer, type Server } from 'node:http';
import { isDeepStrictEqual, types } from 'node:util';
import type { NormalizedSchema } from '@smithy/core/schema';
import { openWireService, SIGNING_NAMES, type WireService } from './wire';

type Mode = 'full' | 'edge';
type Values = Record<string, unknown>;

interface Exchange {
  /** What the server decoded. */
  input: unknown;
  output: Values;
}

interface SdkClient {
  send(command: object): Promise<Values>;
}
type Exported = Readonly<Record<string, (new (input: object) => SdkClient) | undefined>>;

const PACKAGES: Readonly<
  Record<string, { readonly load: () => Exported; readonly client: string; readonly operations: number }>
> = {
  cloudformation: {
    load: () => require('@aws-sdk/client-cloudformation'),
    client: 'CloudFormationClient',
    operations: 92,
  },
  ec2: { load: () => require('@aws-sdk/client-ec2'), client: 'EC2Client', operations: 823 },
  iam: { load: () => require('@aws-sdk/client-iam'), client: 'IAMClient', operations: 180 },
  kms: { load: () => require('@aws-sdk/client-kms'), client: 'KMSClient', operations: 56 },
  logs: {
    load: () => require('@aws-sdk/client-cloudwatch-logs'),
    client: 'CloudWatchLogsClient',
    operations: 118,
  },
  'network-firewall': {
    load: () => require('@aws-sdk/client-network-firewall'),
    client: 'NetworkFirewallClient',
    operations: 79,
  },
  sagemaker: { load: () => require('@aws-sdk/client-sagemaker'), client: 'SageMakerClient', operations: 404 },
  ssm: { load: () => require('@aws-sdk/client-ssm'), client: 'SSMClient', operations: 154 },
  sts: { load: () => require('@aws-sdk/client-sts'), client: 'STSClient', operations: 11 },
};

/** Of these protocols' requests the body says everything. */
const NO_HEAD = { method: 'POST', url: '/', headers: {} };

// Some seconds on a free machine; a shared one may take many times that.
const BOUND_MS = 120_000;

/**
 * Operations that do not come through equal, and why. A form cannot carry an empty structure or list, so EC2's
 * requests lose them (`empty`); the SDK hands JSON in text back as a string object of its own (LazyJsonString).
 */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  'ec2 full': [
    'CreateCapacityReservationFleet in, but for what is empty',
    'CreateLaunchTemplate in, but for what is empty',
    'CreateLaunchTemplateVersion in, but for what is empty',
    'CreateNetworkInsightsAccessScope in, but for what is empty',
    'CreateVpnConnection in, but for what is empty',
    'GetCapacityManagerSupportabilityScores in, but for what is empty',
    'GetInstanceTypesFromInstanceRequirements in, but for what is empty',
    'GetSpotPlacementScores in, but for what is empty',
    'RequestSpotFleet in, but for what is empty',
  ],
  'sagemaker full': ['CreateFlowDefinition in', 'DescribeFlowDefinition out'],
  'sagemaker edge': ['CreateFlowDefinition in', 'DescribeFlowDefinition out'],
};

/** Operations that are not tried: their answers are streams of events, or their requests are not signed. */
const NOT_TRIED: Readonly<Record<string, readonly string[]>> = {
  logs: ['GetLogObject', 'StartLiveTail'],
  sts: ['AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity'],
};

const EDGE_TEXTS = [
  '',
  ' lead/trail ',
  'tab\tnl\nend',
  '007',
  'true',
  '1e5',
  '☃ é 日本 <&>"\'',
  'a.b=c&d+e%20',
  '{"json":"in string"}',
  '-',
];

/** A reproducible generator of values for a schema (a linear congruential one: the sequence is part of the test). */
function generator(mode: Mode): (schema: NormalizedSchema, depth: number) => unknown {
  let seed = 1;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const struct = (schema: NormalizedSchema, depth: number): unknown => {
    const members = [...schema.structIterator()];
    if (schema.isUnionSchema()) {
      const [name, member] = members[random(members.length)] ?? [];
      const value = member === undefined ? undefined : generate(member, depth - 1);
      return name === undefined || value === undefined ? undefined : { [name]: value };
    }
    if (depth <= 0) return mode === 'full' && members.length > 0 ? undefined : {};
    const entries = members.map(([name, member]): [string, unknown] => [name, generate(member, depth - 1)]);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  };
  const list = (schema: NormalizedSchema, depth: number): unknown => {
    if (mode === 'edge' && random(2) === 0) return [];
    const items = Array.from({ length: 1 + random(3) }, () => generate(schema.getValueSchema(), depth - 1));
    const present = items.filter((item) => item !== undefined);
    return present.length > 0 ? present : undefined;
  };
  const map = (schema: NormalizedSchema, depth: number): unknown => {
    const entries = [0, 1].map((index): [string, unknown] => [
      `k${index} <&>`,
      generate(schema.getValueSchema(), depth - 1),
    ]);
    const present = entries.filter(([, value]) => value !== undefined);
    return present.length > 0 ? Object.fromEntries(present) : undefined;
  };
  const generate = (schema: NormalizedSchema, depth: number): unknown => {
    if (schema.isStructSchema()) return struct(schema, depth);
    if (schema.isListSchema()) return list(schema, depth);
    if (schema.isMapSchema()) return map(schema, depth);
    if (schema.isBlobSchema()) return Uint8Array.from([0, 255, 1, 128, random(256)]);
    if (schema.isTimestampSchema()) return new Date(1_700_000_000_000 + random(10_000_000_000));
    if (schema.isBooleanSchema()) return random(2) === 0;
    if (schema.isBigIntegerSchema()) return BigInt('9007199254740993');
    if (schema.isNumericSchema()) return random(2000) - 1000;
    if (schema.isStringSchema())
      return mode === 'edge' ? EDGE_TEXTS[random(EDGE_TEXTS.length)] : `text <&>"'é ${random(1_000_000)}`;
    return schema.isDocumentSchema() ? { a: 1, b: ['x'] } : undefined;
  };
  return generate;
}

async function serve(
  service: WireService,
  exchange: Exchange,
): Promise<{ server: Server; endpoint: string }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const target = request.headers['x-amz-target'];
      const operation =
        typeof target === 'string'
          ? (target.split('.')[1] ?? '')
          : (new URLSearchParams(body.toString()).get('Action') ?? '');
      service.decode(operation, body, NO_HEAD).then(
        (input) => {
          exchange.input = input;
          const answer = service.encode(operation, exchange.output, 'request-id');
          response.writeHead(answer.status, answer.headers).end(answer.body);
        },
        (error: unknown) => response.writeHead(400).end(JSON.stringify({ message: String(error) })),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, endpoint: `http://127.0.0.1:${address.port}` };
}

/** Values with plain lists and objects in place of the classes that clients and codecs use; never `instanceof`: Jest's sandbox has constructors of its own. */
function plain(value: unknown): unknown {
  if (types.isUint8Array(value)) return [...value];
  if (types.isDate(value)) return { date: value.getTime() };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

/** A plain value without its empty lists and objects, and without what is empty when they are gone. */
function withoutEmpty(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, member]): [string, unknown] => [
    key,
    withoutEmpty(member),
  ]);
  const kept = members.filter(([, member]) => member !== undefined);
  if (kept.length === 0) return undefined;
  return Array.isArray(value) ? kept.map(([, member]) => member) : Object.fromEntries(kept);
}

/** What to say of a value that came through: nothing when it is equal. */
function difference(name: string, sent: unknown, received: unknown): string[] {
  const [a, b] = [plain(sent), plain(received)];
  if (isDeepStrictEqual(a, b)) return [];
  return [isDeepStrictEqual(withoutEmpty(a), withoutEmpty(b)) ? `${name}, but for what is empty` : name];
}

/** The operations that came through unequal, as `operation in` (request) and `operation out` (response). */
async function unequal(signingName: string, mode: Mode): Promise<string[]> {
  const entry = PACKAGES[signingName];
  const service = openWireService(signingName);
  if (entry === undefined || service === null) throw new Error(`no service ${signingName}`);
  const exchange: Exchange = { input: null, output: {} };
  const { server, endpoint } = await serve(service, exchange);
  try {
    return await exchangeAll({
      service,
      exported: entry.load(),
      clientName: entry.client,
      endpoint,
      exchange,
      mode,
    });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

interface Exchanging {
  readonly service: WireService;
  readonly exported: Exported;
  readonly clientName: string;
  readonly endpoint: string;
  readonly exchange: Exchange;
  readonly mode: Mode;
}

async function exchangeAll({
  service,
  exported,
  clientName,
  endpoint,
  exchange,
  mode,
}: Exchanging): Promise<string[]> {
  const Client = exported[clientName];
  if (Client === undefined) throw new Error(`no ${clientName}`);
  const credentials = { accessKeyId: 'AK', secretAccessKey: 'SK' };
  const client = new Client({
    endpoint,
    region: 'us-east-1',
    credentials,
    disableHostPrefix: true,
    maxAttempts: 1,
  });
  const generate = generator(mode);
  const found: string[] = [];
  for (const [operation, schemas] of service.operations) {
    const Command = exported[`${operation}Command`];
    if (schemas === null || NOT_TRIED[service.signingName]?.includes(operation)) continue;
    if (Command === undefined) throw new Error(`no ${operation}Command`);
    const input = generatedFor(schemas.input, 5);
    exchange.output = generatedFor(schemas.output, 6);
    const { $metadata: _, ...output } = await client.send(new Command(input));
    found.push(...difference(`${operation} in`, input, exchange.input));
    found.push(...difference(`${operation} out`, exchange.output, output));
  }
  return found;

  function generatedFor(schema: NormalizedSchema, depth: number): Values {
    const value = schema.isUnitSchema() ? {} : generate(schema, depth);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  }
}

// S3's restXml has a test of its own (s3/s3.test.ts): only what has a handler there is spoken.
test('the services with schemas are all but the resolver and S3, and have the operations they had', () => {
  expect([...SIGNING_NAMES].sort()).toEqual([...Object.keys(PACKAGES), 'route53resolver', 's3'].sort());
  const counts = Object.keys(PACKAGES).map((name) => [name, openWireService(name)?.operations.size]);
  expect(Object.fromEntries(counts)).toEqual(
    Object.fromEntries(Object.entries(PACKAGES).map(([name, { operations }]) => [name, operations])),
  );
});

test.each(Object.keys(PACKAGES))(
  '%s: every operation comes through, there and back',
  async (signingName) => {
    expect(await unequal(signingName, 'full')).toEqual(EXCEPTIONS[`${signingName} full`] ?? []);
    const edge = await unequal(signingName, 'edge');
    // Half of all lists are empty in this mode, and EC2's requests lose every one of them.
    const expectedLoss = (line: string) =>
      signingName === 'ec2' && line.endsWith(' in, but for what is empty');
    expect(edge.filter((line) => !expectedLoss(line))).toEqual(EXCEPTIONS[`${signingName} edge`] ?? []);
  },
  BOUND_MS,
);
