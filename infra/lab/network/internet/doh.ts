/**
 * Questions by HTTPS: as DNS messages (RFC 8484), and in JSON as the public resolvers take them besides. Runs in a
 * server process.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { TYPE_A, type Answer } from './dns-message';
import { answerTo, type Answerer } from './dns-server';
import { carries, endsOf, witness, type Ends } from './messages';

const MESSAGE_TYPE = 'application/dns-message';
const MAX_MESSAGE_BYTES = 4_096;
const STATUS: Readonly<Record<Answer['code'], number>> = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4 };

/** Answer the request if it is a question; false otherwise. */
export function serveDoh(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  answer: Answerer,
): boolean {
  const ends = endsOf(request.socket);
  const name = url.searchParams.get('name');
  if (['/resolve', '/dns-query'].includes(url.pathname) && name !== null) {
    void serveJson(name, ends, response, answer);
    return true;
  }
  if (url.pathname !== '/dns-query') return false;
  const message = url.searchParams.get('dns');
  if (request.method === 'GET' && message !== null) {
    void serveMessage(Buffer.from(message, 'base64url'), ends, response, answer);
    return true;
  }
  if (request.method !== 'POST') return false;
  const chunks: Buffer[] = [];
  let had = 0;
  request.on('data', (chunk: Buffer) => {
    had += chunk.length;
    if (had <= MAX_MESSAGE_BYTES) chunks.push(chunk);
    else request.destroy();
  });
  request.once('end', () => void serveMessage(Buffer.concat(chunks), ends, response, answer));
  return true;
}

async function serveMessage(
  message: Buffer,
  ends: Ends,
  response: ServerResponse,
  answer: Answerer,
): Promise<void> {
  carries(ends, message);
  const body = await answerTo(message, ends, answer);
  if (body === null) return void response.writeHead(400).end();
  response.writeHead(200, { 'Content-Type': MESSAGE_TYPE, 'Content-Length': body.length }).end(body);
}

async function serveJson(
  asked: string,
  ends: Ends,
  response: ServerResponse,
  answer: Answerer,
): Promise<void> {
  const name = asked.toLowerCase().replace(/\.$/, '');
  witness({ kind: 'dns', ...ends, name });
  const question = {
    id: 0,
    name,
    type: TYPE_A,
    class: 1,
    recursionDesired: true,
    section: Buffer.alloc(0),
  };
  const { code, addresses = [] } = await answer(question, ends);
  const body = JSON.stringify({
    Status: STATUS[code],
    TC: false,
    RD: true,
    RA: true,
    Question: [{ name, type: TYPE_A }],
    Answer: addresses.map((data) => ({ name, type: TYPE_A, TTL: 30, data })),
  });
  response.writeHead(200, {
    'Content-Type': 'application/dns-json',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}
