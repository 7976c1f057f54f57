/** A host that answers a battery's script as it is told to, without running it; and techniques of one flow each. */
import type { HostCommandResult } from '../../infra/lab/vantage';
import { tcpBytes } from '../evasions/planned-sends';
import { markerName } from '../dns-name';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

export interface ToldHost {
  /** By technique id, the sender's report of each of its sends; silence after the handshake without it. */
  readonly reports?: Readonly<Record<string, readonly unknown[]>>;
  /** By name; 203.0.113.20 without it, null for none. */
  readonly addresses?: Readonly<Record<string, string | null>>;
  /** By which its clock is ahead. */
  readonly clockMs?: number;
  /** Characters of its output that come back. */
  readonly cutAt?: number;
}

export const SILENT = ['silent', 12, 40, 0, 0, 0, 0, ''] as const;
export const ANSWERED = ['answered', 12, 40, 40, 0, 90, 0, ''] as const;
export const ADDRESS = '203.0.113.20';

/** Plain bytes to a host; with `named`, a name that carries the nonce stands in the flow. */
export function technique(
  id: string,
  { to = 'listener.example', port = 443, named = false } = {},
): Technique {
  return {
    id,
    title: `the technique ${id}`,
    risk: 'nothing',
    closedBy: 'Nothing.',
    expect: 'denied',
    plan: ({ nonce, timeoutMs }) => {
      const name = named ? markerName(nonce, 'example.com') : null;
      const shape = { application: name === null ? null : 'tls', name };
      const bytes = `nonce ${nonce}`;
      return senderPlan({ timeoutMs, sends: [tcpBytes({ to, port, bytes, shape })] });
    },
  };
}

export const frameNonce = (script: string): string => /@studio-egress ([a-z0-9]+) /.exec(script)?.[1] ?? '';
export const techniquesIn = (script: string): readonly string[] =>
  [...script.matchAll(/^technique ([a-z0-9-]+) <</gm)].map(([, id = '']) => id);
/** Of its techniques that are {@link technique}'s, in their order: the bytes begin with six others. */
export const noncesIn = (script: string): readonly string[] =>
  [...script.matchAll(/"(bm9uY2Ug[A-Za-z0-9+/=]+)"/g)].map(([, bytes = '']) =>
    Buffer.from(bytes, 'base64').toString().slice('nonce '.length),
  );
/** Names that it looks up, each with the address that it was given for it. */
export const namesIn = (script: string): readonly (readonly [name: string, given: string])[] =>
  [...script.matchAll(/^address ([a-z0-9.-]+) '([^']*)'/gm)].map(([, name = '', given = '']) => [
    name,
    given,
  ]);
export const isBattery = (script: string): boolean => script.includes('"$work/bin"');

export function answer(script: string, told: ToldHost = {}): HostCommandResult {
  const { reports = {}, addresses = {}, clockMs = 0, cutAt } = told;
  const say = (kind: string, value: string) => `@studio-egress ${frameNonce(script)} ${kind} ${value}\n`;
  const ids = techniquesIn(script);
  const now = Date.now() + clockMs;
  const names = namesIn(script).map(([name, given]) => {
    const own = addresses[name] === undefined ? ADDRESS : addresses[name];
    return own === null ? say('elsewhere', `${name}=${given}`) : say('address', `${name}=${own}`);
  });
  const literal = [...script.matchAll(/^echo ([0-9.]+)=\1 >/gm)].map(([, address = '']) =>
    say('address', `${address}=${address}`),
  );
  const results = ids.map((id) => {
    const order = script.split(`technique ${id} <<`)[1]?.split('technique ')[0] ?? '';
    const sends = order.match(/"op":/g) ?? [];
    const line = JSON.stringify(sends.map(() => reports[id] ?? SILENT));
    return `${say('technique', id)}| ${line}\n${say('ran', `${id} 0 ${now} ${now} ${line.length}`)}`;
  });
  const stdout = [say('begin', String(ids.length)), ...names, ...literal, ...results, say('end', '0')].join(
    '',
  );
  return { exitCode: 0, stdout: stdout.slice(0, cutAt), stderr: '' };
}
