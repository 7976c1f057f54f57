/**
 * The fault table's calls around the reading: those that find the target before it, by stack, domain and VPC, and those that
 * read again after the probes what they rest on.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { PROJECT_ROOT } from '../commands/run';
import type { LabContext } from '../infra/lab/aws-api/handler';
import type { ApiServer } from '../infra/lab/aws-api/server';
import { newLabState } from '../infra/lab/state';
import { CallFailed } from '../infra/snapshot/call-failed';
import { changesSince } from '../infra/snapshot/change';
import type { AwsConnection } from '../infra/snapshot/clients';
import type { Snapshot, Target } from '../infra/snapshot/snapshot';
import { takeSnapshot } from '../infra/snapshot/take-snapshot';
import { findTarget, TargetError, TargetNotRead, type TargetSelector } from '../infra/snapshot/target';
import { casesOf, type FaultCase } from './fault-cases';
import { CRASHED, type FaultOutcome } from './fault-comparison';
import type { TriedFault } from './fault-run';
import { clientOf, observedServer } from './fault-server';

/** Two further attempts, at once, and little time for one that is never answered. */
const READING = { bounds: { retries: 2, firstDelayMs: 1, maxDelayMs: 2, budgetMs: 15_000 } };
const START = 'studio-firewall.yaml';
const STACK = 'faults';
/** The same in each account, so that they can be compared. */
const CREATED_AT = new Date('2026-01-15T09:00:00.000Z');
const WORKERS = 6;

type Answer = readonly [outcome: FaultOutcome, said: string];

interface Around {
  readonly id: string;
  /** Rejects as the product does. */
  readonly ask: (connection: AwsConnection) => Promise<unknown>;
  readonly judge: (one: FaultCase, answer: unknown) => Answer;
}

/** Every case of every call that is asked for. */
export async function triedAround(
  wanted: (operation: string, name: string) => boolean = () => true,
): Promise<readonly TriedFault[]> {
  const outputs = new Map<string, unknown[]>();
  const servers = await Promise.all(Array.from({ length: WORKERS }, async () => deployed(outputs)));
  try {
    const [first] = servers;
    if (first === undefined) throw new Error('there is no server');
    const target = await findTarget(to(first), { stack: STACK });
    const snapshot = await takeSnapshot(to(first), target);
    const tried: TriedFault[] = [];
    for (const around of [...findings(target), reread(snapshot)]) {
      outputs.clear();
      await around.ask(to(first));
      const cases = [...outputs].flatMap(([operation, answers]) =>
        casesOf({ operation, outputs: [...answers], exported: clientOf(operation) }),
      );
      const waiting = cases.filter(({ operation, name }) => wanted(operation, name));
      const work = async (server: ApiServer): Promise<void> => {
        for (let one = waiting.shift(); one !== undefined; one = waiting.shift())
          tried.push(await triedWith({ around, server }, one));
      };
      await Promise.all(servers.map(work));
    }
    return tried;
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}

/** An account of its own with the stack in it: CloudFormation's records of stacks are not part of the account's state. */
async function deployed(outputs: Map<string, unknown[]>): Promise<ApiServer> {
  const context: LabContext = { state: newLabState(), hosts: () => null, now: () => CREATED_AT };
  const server = await observedServer({ context, outputs });
  await server.api.call('cloudformation', CreateStackCommand, {
    StackName: STACK,
    TemplateBody: readFileSync(join(PROJECT_ROOT, 'infra', 'stack', START), 'utf8'),
    Capabilities: ['CAPABILITY_NAMED_IAM'],
  });
  return server;
}

const to = ({ endpoint }: ApiServer): AwsConnection => ({
  region: 'us-east-1',
  endpoint,
  credentials: { accessKeyId: 'LABACCESSKEY', secretAccessKey: 'lab' },
});

interface Trying {
  readonly around: Around;
  readonly server: ApiServer;
}

async function triedWith({ around, server }: Trying, one: FaultCase): Promise<TriedFault> {
  const startedMs = performance.now();
  server.faults.add(one.fault);
  const [outcome, said] = await around.ask(to(server)).then(
    (answer) => around.judge(one, answer),
    (error: unknown) => ofError(one, error),
  );
  server.faults.clear();
  const ms = performance.now() - startedMs;
  return { ...CRASHED, start: around.id, tried: one, outcome, said: said === '' ? [] : [said], ms };
}

/** What ends a run before it has begun must name the call, or what AWS said. */
function ofError({ consequence, operation }: FaultCase, error: unknown): Answer {
  const words = error instanceof Error ? error.message : String(error);
  const isOurs =
    error instanceof TargetError || error instanceof TargetNotRead || error instanceof CallFailed;
  if (!isOurs) return ['crash', String(error)];
  if (consequence === 'answered') return ['false alarm', words];
  if (consequence !== 'lost') return ['fail', ''];
  const isNamed = words.includes(operation) || (error instanceof CallFailed && error.operation === operation);
  return isNamed ? ['unknown', ''] : ['cause not named', words];
}

function findings(target: Target): readonly Around[] {
  const selectors: readonly (readonly [string, TargetSelector, Target])[] = [
    ['by stack', { stack: STACK }, target],
    ['by domain', { domainId: target.domainId ?? '' }, { ...target, stack: null }],
    ['by VPC', { vpcId: target.vpcId }, { ...target, stack: null }],
  ];
  return selectors.map(([id, selector, expected]) => ({
    id,
    ask: async (connection) => findTarget(connection, selector, READING),
    judge: ({ consequence }, found): Answer => {
      const same = JSON.stringify(found) === JSON.stringify(expected);
      if (same) return ['same', ''];
      // Without its account or domain a target says less, and the checks that need them say so; another VPC is another one.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what findTarget answers
      const { account, vpcId, domainId } = found as Target;
      const isLess =
        vpcId === expected.vpcId &&
        (account === null || account === expected.account) &&
        (domainId === null || domainId === expected.domainId);
      if (!isLess) return ['false pass', `${JSON.stringify(found)} in place of ${JSON.stringify(expected)}`];
      return consequence === 'answered' ? ['false alarm', JSON.stringify(found)] : ['unknown', ''];
    },
  }));
}

function reread(snapshot: Snapshot): Around {
  return {
    id: 're-read',
    ask: async (connection) => changesSince(connection, snapshot, READING),
    judge: ({ consequence, operation, fault }, answer): Answer => {
      const said = JSON.stringify(answer);
      if (said === '[]')
        return consequence === 'lost' ? ['false pass', 'nothing is said to have changed'] : ['same', ''];
      // A client from before schemas keeps members that it does not know: then AWS did say something else.
      if (consequence === 'answered' && fault.kind !== 'unknown-member') return ['false alarm', said];
      return consequence !== 'lost' || said.includes(operation) ? ['unknown', ''] : ['cause not named', said];
    },
  };
}
