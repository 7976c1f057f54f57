/** Every call that a lab answers, judged by AWS's own model of the operation: what was asked, what was answered, which error. */
import type { AnsweredCall, ApiServer } from '../lab/aws-api/server';
import { breaches, mayFailWith } from './model-judge.fixture';
import type { ServiceModel } from './service-models.fixture';

export interface JudgedCalls {
  /** Operations whose requests were judged, as `service:Operation`. */
  readonly asked: ReadonlySet<string>;
  /** Those of them that were also answered. */
  readonly answered: ReadonlySet<string>;
  /** What is wrong, each once: `service:Operation asks …`, `… answers …` or `… fails with …`. */
  readonly wrong: ReadonlySet<string>;
  /** Operations that answered with the token of a further page, for which nobody asked. */
  readonly leftPages: () => readonly string[];
}

/** The token of a further page, in answers, and the name by which a request takes it back. */
const PAGE_TOKENS: Readonly<Record<string, string>> = {
  NextToken: 'NextToken',
  nextToken: 'nextToken',
  Marker: 'Marker',
  NextContinuationToken: 'ContinuationToken',
};

/** Where AWS itself answers what its model denies, so that the lab does, too: each with where that is written. */
const AWS_DEVIATES: readonly { readonly answer: RegExp; readonly source: string }[] = [
  {
    answer: /^ec2:DescribeInternetGateways answers \S*Attachments\[\]\.State: "available"/,
    source: 'EC2 API reference, InternetGatewayAttachment: available when attached to a VPC',
  },
  {
    answer: /^ec2:DescribeNetworkInterfaces answers \S*InterfaceType: "nat_gateway"/,
    source: 'REPORT (recorded answers of DescribeNetworkInterfaces); the enum has natGateway',
  },
  {
    answer: /^ec2:DescribeVpcEndpoints answers \S*State: "(available|pending|deleting|failed)"/,
    source: "AWS CLI reference, describe-vpc-endpoints, example; the enum's words begin with capitals",
  },
  {
    answer: /^network-firewall:Describe\w+ answers \S*\.Config\{key\}: "arn:/,
    source: 'REPORT (recorded answers of DescribeFirewall): the keys are ARNs; the shape allows names alone',
  },
  {
    answer: /^network-firewall:Describe\w+ answers \S*\.Tags: items 0 /,
    source: 'REPORT (the same): an empty list where there are no tags; the shape wants one',
  },
  {
    answer: /^ssm:GetCommandInvocation answers Execution(Start|End)DateTime: "(\d{4}-\d\d-\d\dT[\d:.]+Z|)"/,
    source:
      'AWS CLI reference, get-command-invocation, example: three digits of a second; the pattern allows one',
  },
  {
    answer: /^ssm:GetCommandInvocation answers ExecutionElapsedTime: "(PT[\d.]+S|)"/,
    source: 'AWS CLI reference, get-command-invocation, example: a duration; the pattern is of a time',
  },
];

/** Judges from now on. `modelOf` throws for a service without a model. */
export function judgedCalls(server: ApiServer, modelOf: (service: string) => ServiceModel): JudgedCalls {
  const asked = new Set<string>();
  const answered = new Set<string>();
  const wrong = new Set<string>();
  const pages = { given: new Set<string>(), taken: new Set<string>() };
  server.watch((call) => {
    const name = `${call.service}:${call.operation}`;
    asked.add(name);
    if (call.output !== null) answered.add(name);
    for (const [inAnswer, inRequest] of Object.entries(PAGE_TOKENS)) {
      const [next, current] = [memberOf(call.output, inAnswer), memberOf(call.input, inRequest)];
      if (next !== null) pages.given.add(`${name} ${next}`);
      if (current !== null) pages.taken.add(`${name} ${current}`);
    }
    for (const what of wrongIn(call, modelOf(call.service)))
      if (!AWS_DEVIATES.some(({ answer }) => answer.test(`${name} ${what}`))) wrong.add(`${name} ${what}`);
  });
  return {
    asked,
    answered,
    wrong,
    leftPages: () => [...pages.given].filter((page) => !pages.taken.has(page)),
  };
}

function memberOf(value: unknown, name: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const member: unknown = new Map<string, unknown>(Object.entries(value)).get(name);
  return typeof member === 'string' ? member : null;
}

/** The same of a single call. */
export function wrongIn(
  { operation, input, output, code }: AnsweredCall,
  model: ServiceModel,
): readonly string[] {
  const modelled = model.operations[operation];
  if (modelled === undefined) return ['asks for no operation of the model'];
  const request = breaches({ model, shape: modelled.input?.shape ?? null }, input);
  const answer = output === null ? [] : breaches({ model, shape: modelled.output?.shape ?? null }, output);
  const known = code === null || mayFailWith(model, operation, code);
  return [
    ...request.map((breach) => `asks ${breach}`),
    ...answer.map((breach) => `answers ${breach}`),
    ...(known ? [] : [`fails with ${code}`]),
  ];
}
