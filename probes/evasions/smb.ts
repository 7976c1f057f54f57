import { markedText } from '../payloads/marked-payload';
import { tcpBytes } from './planned-sends';
import { senderPlan } from '../sender/sender-plan';
import { confirmed } from '../sender/sender-result';
import type { Technique } from '../technique';

const SMB_HEADER_BYTES = 32;
/** One dialect, the oldest there is: SMB 1's negotiate, which servers of all ages read (MS-SMB 2.2.4.5; MS-CIFS 2.2.4.52). */
const DIALECT = 'NT LM 0.12';

/** The nonce is a second dialect, which nobody speaks. */
function smbNegotiate(nonce: string): Buffer {
  const header = Buffer.alloc(SMB_HEADER_BYTES);
  header.write('\xffSMB\x72', 'latin1');
  const dialects = [DIALECT, 'SMB 2.002', markedText(nonce)].map((name) => Buffer.from(`\x02${name}\0`));
  const list = Buffer.concat(dialects);
  const counts = Buffer.alloc(3);
  counts.writeUInt16LE(list.length, 1);
  const message = Buffer.concat([header, counts, list]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  return Buffer.concat([length, message]);
}

export const smb: Technique = {
  id: 'smb',
  title: 'SMB to a server on the internet',
  risk: 'a share on the internet is mounted like a local folder',
  closedBy: 'Strict order with aws:drop_established, or security groups without port 445.',
  expect: 'denied',
  plan: ({ nonce, listener, timeoutMs }) =>
    senderPlan({
      timeoutMs,
      sends: [
        tcpBytes({
          to: listener,
          port: 445,
          bytes: smbNegotiate(nonce),
          shape: { application: 'smb' },
          judge: confirmed,
        }),
      ],
    }),
};
