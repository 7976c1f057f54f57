/** What the internet's UDP servers answer, and SMB's first answer: whole messages from whole messages. Pure. */

/** Seconds between NTP's epoch and Unix's (RFC 5905, 6). */
const NTP_EPOCH_SECONDS = 2_208_988_800;
const NTP_BYTES = 48;
const CLIENT_MODE = 3;

/**
 * A time server's answer (RFC 5905, 7.3): version as asked, mode 4, stratum 3, the client's own transmit time as the
 * origin. What is no client's question is not answered.
 */
export function ntpAnswer(message: Buffer, now: number = Date.now()): Buffer | null {
  const first = message[0] ?? 0;
  if (message.length < NTP_BYTES || (first & 7) !== CLIENT_MODE) return null;
  const answer = Buffer.alloc(NTP_BYTES);
  answer.set([(first & 0x38) | 4, 3, message[2] ?? 6, 0xe7], 0);
  answer.writeUInt32BE(0x0000_0200, 4);
  answer.writeUInt32BE(0x0000_0100, 8);
  answer.set([10, 0, 0, 1], 12);
  message.copy(answer, 24, 40, 48);
  const seconds = Math.floor(now / 1000) + NTP_EPOCH_SECONDS;
  const fraction = Math.floor(((now % 1000) / 1000) * 2 ** 32);
  for (const at of [16, 32, 40]) {
    answer.writeUInt32BE(seconds, at);
    answer.writeUInt32BE(fraction, at + 4);
  }
  return answer;
}

/**
 * A QUIC server's lawful answer to a version it does not speak (RFC 9000, 17.2.1); nonsense would look like a broken
 * protocol to the firewall, and what is no long header is sent back.
 */
export function quicAnswer(message: Buffer): Buffer {
  const destinationLength = message[5] ?? 0;
  const sourceAt = 6 + destinationLength;
  const sourceLength = message[sourceAt] ?? 0;
  const isLong = ((message[0] ?? 0) & 0x80) !== 0;
  if (!isLong || message.length < sourceAt + 1 + sourceLength) return message;
  return Buffer.concat([
    Buffer.from([0xc0, 0, 0, 0, 0, sourceLength]),
    message.subarray(sourceAt + 1, sourceAt + 1 + sourceLength),
    Buffer.from([destinationLength]),
    message.subarray(6, sourceAt),
    // Version 2 (RFC 9369): not what anybody here offers.
    Buffer.from([0x6b, 0x33, 0x43, 0xcf]),
  ]);
}

/**
 * An SMB2 NEGOTIATE response for dialect 2.0.2 (MS-SMB2 2.2.1.2, 2.2.4), with the request's message id; also the answer
 * to an SMB1 negotiation that offers SMB2 (MS-SMB2 3.3.5.3).
 */
export function smbNegotiateAnswer(request: Buffer): Buffer {
  const header = Buffer.alloc(64);
  header.write('\xfeSMB', 0, 'latin1');
  header.writeUInt16LE(64, 4);
  header.writeUInt16LE(1, 14);
  header.writeUInt32LE(1, 16);
  const isSmb2 = request.length >= 36 && request[4] === 0xfe;
  if (isSmb2) request.copy(header, 24, 28, 36);
  const body = Buffer.alloc(65);
  body.writeUInt16LE(65, 0);
  body.writeUInt16LE(1, 2);
  body.writeUInt16LE(0x0202, 4);
  for (const at of [28, 32, 36]) body.writeUInt32LE(65_536, at);
  body.writeUInt16LE(128, 56);
  const message = Buffer.concat([header, body.subarray(0, 64)]);
  const session = Buffer.alloc(4);
  session.writeUInt32BE(message.length);
  return Buffer.concat([session, message]);
}
