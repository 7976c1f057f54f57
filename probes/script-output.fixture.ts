/** What a probe's script prints, for the tests of what reads it. */
import type { CommandOutput } from './probe';

export const NONCE = 'abcdefgh12345678';

export interface ScriptRun {
  readonly exit?: number | null;
  readonly product?: 'yes' | 'no';
  readonly text?: string;
  readonly name?: string;
  readonly address?: string;
  /** `<exit code> <how far it came>` of the marker to `name`. */
  readonly marker?: string | null;
  readonly end?: boolean;
}

/** What a probe's script prints, frame by frame. */
export function scriptOutput({
  exit = 0,
  product = 'no',
  text = '',
  name = 'github.com',
  address = '203.0.113.20',
  marker = null,
  end = true,
}: ScriptRun): CommandOutput {
  const frame = (rest: string): string => `@studio-egress ${NONCE} ${rest}`;
  const lines = [
    frame('begin 0'),
    frame(`address ${name}=${address}`),
    ...(marker === null ? [] : [frame(`marker ${name}=${marker}`)]),
    ...text.split('\n').map((line) => `| ${line}`),
    '',
    frame(`product ${product}`),
    ...(exit === null ? [] : [frame(`client ${exit}`)]),
    ...(end ? [frame('end 0')] : []),
    '',
  ];
  const at = '2026-11-23T15:11:44.000Z';
  return { exitCode: 0, stdout: lines.join('\n'), stderr: '', startedAt: at, finishedAt: at };
}
