/**
 * Suricata's unix control socket. Facts: Suricata 7 user guide, "Interacting via Unix Socket": the client says its
 * protocol version first, then one JSON object a line each way.
 */
import net from 'node:net';

/** The engine did not answer as its protocol says. */
export class ControlSocketError extends Error {
  override readonly name = 'ControlSocketError';
}

export interface CommandOptions {
  readonly socketPath: string;
  readonly command: string;
  readonly timeoutMs: number;
}

/** Send one command and return its `message`; rejects with ControlSocketError when it is refused or not answered. */
export function engineCommand({ socketPath, command, timeoutMs }: CommandOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(socketPath);
    const fail = (why: string): void => {
      socket.destroy();
      reject(new ControlSocketError(`the engine's ${command}: ${why}`));
    };
    const timer = setTimeout(() => fail(`no answer within ${timeoutMs} ms`), timeoutMs);
    socket.once('close', () => {
      clearTimeout(timer);
      // Without effect once the answer has come.
      reject(new ControlSocketError(`the engine's ${command}: the connection ended`));
    });
    socket.once('error', (error) => fail(error.message));
    const say = (value: unknown): void => {
      socket.write(`${JSON.stringify(value)}\n`);
    };
    let text = '';
    let greeted = false;
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        const answer = parseAnswer(text.slice(0, end));
        text = text.slice(end + 1);
        if (answer === null) return fail('an answer that is not understood');
        if (answer.return !== 'OK') return fail(JSON.stringify(answer.message ?? answer.return));
        if (greeted) {
          resolve(answer.message);
          return socket.destroy();
        }
        greeted = true;
        say({ command });
      }
    });
    socket.once('connect', () => say({ version: '0.2' }));
  });
}

function parseAnswer(line: string): { return: unknown; message?: unknown } | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'return' in value ? value : null;
  } catch {
    return null;
  }
}
