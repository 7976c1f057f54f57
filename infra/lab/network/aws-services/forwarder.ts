/**
 * The resolver's way to the internet's name servers: each question is sent there as it came, from an address that is the
 * resolver's alone, and whoever watches there sees it. Runs in the services' process.
 */
import dgram from 'node:dgram';
import { formatQuery, parseAnswer, type Answer, type Question } from '../internet/dns-message';

export interface Forwarder {
  /** The outside's answer; SERVFAIL when there is none in time, as a resolver says it. */
  ask(question: Question): Promise<Answer>;
}

const DNS_PORT = 53;
const ANSWER_TIMEOUT_MS = 2_000;
/** No more is asked at once than has ids of its own. */
const MAX_WAITING = 4_096;
const FAILED: Answer = { code: 'SERVFAIL' };

/** Ask the name server at `address` whatever is not known here. */
export function startForwarder(address: string): Forwarder {
  const waiting = new Map<number, { readonly question: Question; settle(answer: Answer): void }>();
  const socket = dgram.createSocket('udp4');
  let next = 0;
  socket.on('error', () => {});
  socket.on('message', (message, sender) => {
    const id = message.length >= 2 ? message.readUInt16BE(0) : -1;
    const asked = sender.address === address ? waiting.get(id) : undefined;
    if (asked !== undefined) asked.settle(parseAnswer(message, asked.question) ?? FAILED);
  });
  return {
    ask: (question) =>
      new Promise((resolve) => {
        if (waiting.size >= MAX_WAITING) return resolve(FAILED);
        do next = (next + 1) % 0x1_0000;
        while (waiting.has(next));
        const id = next;
        const settle = (answer: Answer): void => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(answer);
        };
        const timer = setTimeout(() => settle(FAILED), ANSWER_TIMEOUT_MS);
        waiting.set(id, { question, settle });
        socket.send(formatQuery(question, id), DNS_PORT, address, (error) => {
          if (error !== null) settle(FAILED);
        });
      }),
  };
}
