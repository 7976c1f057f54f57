/**
 * A server of the lab: a Node process in one of its namespaces that is told what to do by JSON lines on its standard
 * input, tells what it sees by JSON lines on its standard output, and ends when its input does.
 *
 * Its TypeScript is made plain JavaScript here, once, and put on the sandbox's tmpfs: a compiler in every server process
 * would cost more than the rest of the lab's start.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { transform } from '@swc/core';
import type { Sandbox } from './sandbox';
import type { SandboxProcess } from './sandbox-process';

/** What a server says. */
export interface ServerMessage {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface ServerProcess {
  running(): boolean;
  /** Send a message and wait until the server says that it has done what it asks. Rejects with ServerError. */
  ask(message: object): Promise<void>;
  stop(): Promise<void>;
}

/** A server that did not start, did not answer, or has ended. The message carries its own words. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
}

export interface StartServerOptions {
  readonly sandbox: Sandbox;
  readonly namespace: string;
  /** Source files below this folder's parent, the entry first: `internet/server.ts`. */
  readonly sources: readonly string[];
  readonly onMessage: (message: ServerMessage) => void;
}

const ANSWER_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 1_000;

/** Start a server; resolves when it runs, before it has been told anything. */
export async function startServer({
  sandbox,
  namespace,
  sources,
  onMessage,
}: StartServerOptions): Promise<ServerProcess> {
  const folder = path.posix.join(sandbox.dir, 'servers', namespace);
  await Promise.all(sources.map(async (source) => compile(sandbox, folder, source)));
  const entry = path.posix.join(folder, (sources[0] ?? '').replace(/\.ts$/, '.js'));
  const child = sandbox.spawn([process.execPath, entry], { namespace, env: { NODE_OPTIONS: '' } });
  return serverOf(child, { what: `the lab's servers in ${namespace}`, onMessage });
}

/** The conversation with a server, whatever program it is: JSON lines, and `done` for each request. */
export function serverOf(
  child: SandboxProcess,
  { what, onMessage }: { readonly what: string; readonly onMessage: (message: ServerMessage) => void },
): ServerProcess {
  const waiting = new Map<number, (error: ServerError | null) => void>();
  let words = '';
  let ended = false;
  let next = 1;
  const broken = (why: string): ServerError => new ServerError(`${what} ${why}: ${words.trim()}`);

  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-4096);
  });
  readMessages(child, (message) => {
    if (message.type !== 'done') return onMessage(message);
    waiting.get(Number(message['request']))?.(null);
  });
  void child.ended.then(({ how }) => {
    ended = true;
    for (const settle of waiting.values()) settle(broken(how));
  });

  return {
    running: () => !ended,
    ask: (message) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(broken('have ended'));
        const request = next++;
        const settle = (error: ServerError | null): void => {
          clearTimeout(timer);
          waiting.delete(request);
          if (error === null) resolve();
          else reject(error);
        };
        const timer = setTimeout(
          () => settle(broken(`did not answer within ${ANSWER_TIMEOUT_MS} ms`)),
          ANSWER_TIMEOUT_MS,
        );
        waiting.set(request, settle);
        child.stdin.write(`${JSON.stringify({ request, ...message })}\n`);
      }),
    stop: async () => {
      if (ended) return;
      // Its own way to end; what does not take it is killed.
      child.stdin.end();
      const timer = setTimeout(() => child.kill(), STOP_TIMEOUT_MS);
      await child.ended;
      clearTimeout(timer);
    },
  };
}

/** By source file: servers share sources, and what has been made of one is the same in every sandbox. */
const madePlain = new Map<string, Promise<string>>();

async function compile(sandbox: Sandbox, folder: string, source: string): Promise<void> {
  const made = madePlain.get(source) ?? plainScript(source);
  madePlain.set(source, made);
  const file = sandbox.hostPath(path.posix.join(folder, source.replace(/\.ts$/, '.js')));
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, await made);
}

async function plainScript(source: string): Promise<string> {
  const text = await readFile(path.join(__dirname, source), 'utf8');
  const { code } = await transform(text, {
    filename: source,
    configFile: false,
    swcrc: false,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  return code;
}

function readMessages(child: SandboxProcess, onMessage: (message: ServerMessage) => void): void {
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onMessage(parseMessage(line));
  });
}

function parseMessage(line: string): ServerMessage {
  const value: Partial<ServerMessage> = Object(JSON.parse(line));
  if (typeof value.type !== 'string') throw new ServerError(`a server of the lab said ${line.slice(0, 200)}`);
  return { ...value, type: value.type };
}
