/**
 * Servers that speak first and are then spoken to in lines: SMTP, FTP and the beginning of SSH. As much of each as it
 * takes for a client to see that it is the real thing and for a firewall's parser to find nothing wrong. Pure but for
 * the sockets that they are given.
 */
import type net from 'node:net';

export interface LineServer {
  readonly greeting: string;
  /** The answer to one line; null for what is not answered. */
  readonly answer: (line: string) => { readonly bytes: Buffer | string; readonly last?: boolean } | null;
}

/** A client that sends no end of line is not listened to for longer. */
const MAX_LINE_BYTES = 4_096;

/** Serve the protocol on a connection; what has come of it already stands first. */
export function serveLines(socket: net.Socket, { greeting, answer }: LineServer, first = ''): void {
  let rest = first;
  const read = (): void => {
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const answered = answer(rest.slice(0, end).replace(/\r$/, ''));
      rest = rest.slice(end + 1);
      if (answered === null) continue;
      socket.write(answered.bytes);
      if (answered.last === true) return void socket.end();
    }
    // Swallowed: the connection stays, and so does what a client can do with it.
    if (rest.length > MAX_LINE_BYTES) rest = '';
  };
  socket.on('data', (chunk: Buffer) => {
    rest += chunk.toString('latin1');
    read();
  });
  socket.once('end', () => socket.end());
  if (greeting !== '') socket.write(greeting);
  read();
}

/** SMTP (RFC 5321): takes every mail and keeps none. */
export function smtpServer(): LineServer {
  const replies: Readonly<Record<string, string>> = {
    HELO: '250 mail.lab.invalid\r\n',
    EHLO: '250-mail.lab.invalid\r\n250-SIZE 35882577\r\n250 8BITMIME\r\n',
    MAIL: '250 2.1.0 OK\r\n',
    RCPT: '250 2.1.5 OK\r\n',
    RSET: '250 2.0.0 OK\r\n',
    NOOP: '250 2.0.0 OK\r\n',
    DATA: '354 Go ahead\r\n',
    STARTTLS: '454 4.7.0 TLS not available\r\n',
    QUIT: '221 2.0.0 closing connection\r\n',
  };
  let inMail = false;
  return {
    greeting: '220 mail.lab.invalid ESMTP\r\n',
    answer: (line) => {
      if (inMail) {
        if (line !== '.') return null;
        inMail = false;
        return { bytes: '250 2.0.0 OK\r\n' };
      }
      const verb = line.split(' ')[0]?.toUpperCase() ?? '';
      inMail = verb === 'DATA';
      return { bytes: replies[verb] ?? '502 5.5.1 Unrecognized command\r\n', last: verb === 'QUIT' };
    },
  };
}

/** FTP's control connection (RFC 959): anybody may log in, nothing can be fetched. */
export function ftpServer(): LineServer {
  const replies: Readonly<Record<string, string>> = {
    USER: '331 Please specify the password.\r\n',
    PASS: '230 Login successful.\r\n',
    SYST: '215 UNIX Type: L8\r\n',
    PWD: '257 "/" is the current directory\r\n',
    TYPE: '200 Switching to the mode asked for.\r\n',
    NOOP: '200 NOOP ok.\r\n',
    QUIT: '221 Goodbye.\r\n',
  };
  return {
    greeting: '220 ftp.lab.invalid FTP server ready\r\n',
    answer: (line) => {
      const verb = line.split(' ')[0]?.toUpperCase() ?? '';
      return { bytes: replies[verb] ?? '502 Command not implemented.\r\n', last: verb === 'QUIT' };
    },
  };
}

/** SSH as far as two banners and the server's offer of algorithms (RFC 4253, 4.2 and 7.1): then it waits for ever. */
export function sshServer(): LineServer {
  let identified = false;
  return {
    greeting: 'SSH-2.0-OpenSSH_9.2p1 lab\r\n',
    answer: (line) => {
      if (identified || !line.startsWith('SSH-')) return null;
      identified = true;
      return { bytes: keyExchange() };
    },
  };
}

/** A KEXINIT packet in clear: algorithms that every client knows, the rest empty. */
function keyExchange(): Buffer {
  const lists = [
    'curve25519-sha256',
    'ssh-ed25519',
    'aes256-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-256',
    'none',
    'none',
    '',
    '',
  ].map((names) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(names.length);
    return Buffer.concat([length, Buffer.from(names)]);
  });
  // Message 20, a cookie (its value does not matter to a key exchange that never ends), lists, a flag, a reserved number.
  const payload = Buffer.concat([Buffer.from([20]), Buffer.alloc(16, 0x5e), ...lists, Buffer.alloc(5)]);
  const padding = 4 + ((8 - ((5 + payload.length + 4) % 8)) % 8);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(1 + payload.length + padding, 0);
  head.writeUInt8(padding, 4);
  return Buffer.concat([head, payload, Buffer.alloc(padding)]);
}
