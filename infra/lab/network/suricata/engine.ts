/**
 * One firewall endpoint's Suricata: started in its namespace on netfilter queue 0, fed with compiled rules, its records
 * handed on as they are written. It is never started again behind anyone's back: once it has ended, `running()` is
 * false, and the queue without a listener drops everything, as a firewall that fails closed does.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Sandbox } from '../sandbox';
import type { SandboxProcess } from '../sandbox-process';
import {
  classificationFile,
  CONTROL_SOCKET,
  RECORD_PIPE,
  RULE_FILE,
  suricataConfiguration,
} from './configuration';
import { engineCommand } from './control-socket';
import { eveReader, lineReader, type EveRecord } from './eve';
import type { CompiledFirewall, RuleOrigin } from './firewall-rules';
import { openRecordPipe } from './record-pipe';

export interface StartEngineOptions {
  readonly sandbox: Sandbox;
  /** Network namespace with the queue. */
  readonly namespace: string;
  /** The engine's own folder inside the sandbox; made if missing. */
  readonly dir: string;
  readonly compiled: CompiledFirewall;
  readonly onEve: (record: EveRecord) => void;
}

export interface Engine {
  /** The engine's own process, as this process sees it. */
  readonly pid: number;
  running(): boolean;
  /** What this engine does not carry faithfully beyond what its compilation says: rules it refused, records it broke. */
  problems(): readonly string[];
  /** Load other rules; existing flows keep the verdict they have, as in AWS (aws.md 2.7). Resolves when they are in force. */
  reload(compiled: CompiledFirewall): Promise<void>;
  /**
   * Forget every flow: Suricata has no command for some of them, so the engine starts anew. What goes on afterwards is met
   * as a flow without a beginning, by the stream exception policy (Network Firewall API reference, StartFlowFlush).
   */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** The engine did not start, or has ended. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}

const START_TIMEOUT_MS = 10_000;
const COMMAND_TIMEOUT_MS = 10_000;
/** One is enough to call the engine unfaithful; more are for whoever looks for the cause. */
const MAX_PROBLEMS = 20;
/** Ids of rules of an earlier load stay apart from later ones, since their records may still be on the way. */
const GENERATION = 1_000_000;
const DROP_EVERYTHING = 'drop ip any any -> any any (flow:stateless; noalert; sid:1;)\n';

/** Start Suricata and wait until it takes packets (about 50 ms). Rejects with EngineError, carrying its own words. */
export async function startEngine({
  sandbox,
  namespace,
  dir,
  compiled,
  onEve,
}: StartEngineOptions): Promise<Engine> {
  const origins = new Map<number, RuleOrigin>();
  const problems: string[] = [];
  const socketPath = sandbox.hostPath(path.posix.join(dir, CONTROL_SOCKET));
  let generation = 0;
  let refused: readonly string[] = [];
  let stopping = false;
  let child: SandboxProcess;
  let enginePid = 0;

  const write = async (name: string, text: string): Promise<void> =>
    writeFile(sandbox.hostPath(path.posix.join(dir, name)), text);
  const writeRules = async (next: CompiledFirewall): Promise<void> => {
    const offset = GENERATION * generation++;
    for (const [id, origin] of next.signatureIds) origins.set(offset + id, origin);
    const text = next.suricataRules.replaceAll(
      / sid:(\d+);\)$/gm,
      (_all, id: string) => ` sid:${offset + Number(id)};)`,
    );
    await write(RULE_FILE, text);
  };
  const command = (name: string): Promise<unknown> =>
    engineCommand({ socketPath, command: name, timeoutMs: COMMAND_TIMEOUT_MS });
  /** Rules that stock Suricata does not take would be missing in silence: then nothing passes at all. */
  const refuse = async (): Promise<void> => {
    refused = await refusedRules(command);
    if (refused.length === 0) return;
    await write(RULE_FILE, DROP_EVERYTHING);
    await command('reload-rules');
  };
  const start = async (first: CompiledFirewall): Promise<SandboxProcess> => {
    await write('suricata.yaml', suricataConfiguration({ dir, compiled: first }));
    await writeRules(first);
    const argv = ['suricata', '-c', path.posix.join(dir, 'suricata.yaml'), '-q', '0', '-l', dir];
    const started = sandbox.spawn(argv, { namespace });
    await ready(started);
    enginePid = pidOf(started);
    return started;
  };
  const problem = (error: unknown): void => {
    if (problems.length === MAX_PROBLEMS) return;
    problems.push(
      `the firewall engine in ${namespace} wrote ${error instanceof Error ? error.message : String(error)}`,
    );
  };
  const readRecords = recordReader(
    eveReader((id) => origins.get(id), onEve),
    problem,
  );

  await mkdir(sandbox.hostPath(dir), { recursive: true });
  await Promise.all([
    write('classification.config', classificationFile()),
    write('reference.config', ''),
    write('threshold.config', ''),
  ]);
  const pipe = await openRecordPipe(sandbox, path.posix.join(dir, RECORD_PIPE), readRecords);
  try {
    child = await start(compiled);
  } catch (error) {
    await pipe.drain();
    throw error;
  }
  await refuse();
  let configuration = suricataConfiguration({ dir, compiled });
  let current = compiled;

  const running = (): boolean => !stopping && child.running();
  return {
    get pid() {
      return enginePid;
    },
    running,
    problems: () => [
      ...refused.map((rule) => `the firewall engine in ${namespace} refused a rule: ${rule}`),
      ...problems,
    ],
    reload: async (next) => {
      if (!running()) throw hasEnded(namespace);
      current = next;
      const wanted = suricataConfiguration({ dir, compiled: next });
      if (wanted === configuration) {
        await writeRules(next);
        await command('reload-rules');
      } else {
        await end(child);
        child = await start(next);
        configuration = wanted;
      }
      await refuse();
    },
    flush: async () => {
      if (!running()) throw hasEnded(namespace);
      await end(child);
      child = await start(current);
      await refuse();
    },
    stop: async () => {
      if (stopping) return;
      stopping = true;
      await end(child);
      await pipe.drain();
    },
  };
}

const hasEnded = (namespace: string): EngineError =>
  new EngineError(`the firewall engine in ${namespace} has ended`);

/** A reader of the pipe's text that outlives a bad record, and reports it. */
function recordReader(
  readLine: (line: string) => void,
  problem: (error: unknown) => void,
): (text: string) => void {
  const guarded =
    (read: (text: string) => void) =>
    (text: string): void => {
      try {
        read(text);
      } catch (error) {
        problem(error);
      }
    };
  return guarded(lineReader(guarded(readLine)));
}

/** Resolves when the engine says that it has started; rejects with its last words otherwise. */
function ready(child: SandboxProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let words = '';
    const fail = (why: string): void => {
      clearTimeout(timer);
      child.kill();
      reject(new EngineError(`Suricata did not start (${why}): ${words.trim().slice(-2000)}`));
    };
    const timer = setTimeout(() => fail(`nothing within ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
    void child.ended.then(({ how }) => fail(how));
    const listen = (chunk: string): void => {
      words = (words + chunk).slice(-16_384);
      if (!words.includes('Engine started')) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.setEncoding('utf8').on('data', listen);
    child.stderr.setEncoding('utf8').on('data', listen);
  });
}

async function refusedRules(command: (name: string) => Promise<unknown>): Promise<string[]> {
  const stats = await command('ruleset-stats');
  const failed = Array.isArray(stats)
    ? stats.map((entry: { rules_failed?: unknown }) => entry.rules_failed)
    : [undefined];
  if (failed.every((count) => count === 0)) return [];
  const rules = await command('ruleset-failed-rules');
  const texts = Array.isArray(rules) ? rules.map((entry: unknown) => JSON.stringify(entry)) : [];
  return texts.length > 0 ? texts : [`ruleset-stats says ${JSON.stringify(stats)}`];
}

function pidOf(child: SandboxProcess): number {
  const pid = child.pid();
  if (pid === null) throw new EngineError('Suricata ended as soon as it had started');
  return pid;
}

/** SIGTERM would take Suricata two seconds; all alerts are written by then anyhow. */
async function end(child: SandboxProcess): Promise<void> {
  child.kill();
  await child.ended;
}
