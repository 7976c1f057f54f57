/** How a payload carries its technique's nonce, so that a server that keeps watch can find it. */
import { checkedName, checkedNonce } from '../dns-name';

/** In payloads without a form of their own, and wherever a form has room for text. */
export const markedText = (nonce: string): string => `studio-egress:${checkedNonce(nonce)}`;

export const markedPath = (nonce: string): string => `/studio-egress/${checkedNonce(nonce)}`;

/** The text, over and over, to a number of bytes. */
export const markedBytes = (nonce: string, bytes: number): Buffer =>
  Buffer.alloc(bytes, `${markedText(nonce)} `);

export interface MarkedRequest {
  readonly nonce: string;
  /** What stands in the Host header. */
  readonly host: string;
  readonly method?: string;
  /** The marked path, without it. */
  readonly target?: string;
  /** Whole lines. */
  readonly headers?: readonly string[];
  readonly body?: Uint8Array;
}

/** An HTTP/1.1 request of one piece (RFC 9112, 3). */
export function markedRequest({ nonce, host, method, target, headers, body }: MarkedRequest): Buffer {
  const lines = [
    `${method ?? 'GET'} ${target ?? markedPath(nonce)} HTTP/1.1`,
    `Host: ${host}`,
    `User-Agent: ${markedText(nonce)}`,
    'Accept: */*',
    ...(headers ?? ['Connection: close']),
    ...(body === undefined ? [] : [`Content-Length: ${body.length}`]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body ?? Buffer.alloc(0)]);
}

/** Of an allowed name of any depth: its last two labels, which is what confusingly similar names are made of. */
export const lastLabels = (name: string): string => checkedName(name).split('.').slice(-2).join('.');
