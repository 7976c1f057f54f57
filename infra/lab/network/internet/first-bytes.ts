/** Which protocol a client speaks, by the first bytes of its connection, whatever the port is. Pure. */
import { helloName } from './client-hello';

export type FirstBytes =
  /** Nothing can be said of fewer than `atLeast` bytes: an endless hello is waited for in silence. */
  | { readonly speaks: 'more'; readonly atLeast: number }
  | { readonly speaks: 'tls'; readonly name: string | null; readonly regular: boolean }
  | { readonly speaks: 'broken-tls' | 'http' | 'ssh' | 'smb' | 'other' };

const METHODS = ['GET ', 'HEAD ', 'POST ', 'PUT ', 'PATCH ', 'DELETE ', 'OPTIONS ', 'CONNECT ', 'TRACE '];
const SSH = 'SSH-';
const TLS_HANDSHAKE = 22;
/** Behind a NetBIOS session header of four bytes (MS-SMB2 2.1; MS-SMB 2.2.3.1). */
const SMB = ['\xfeSMB', '\xffSMB'];

export function firstBytes(bytes: Buffer): FirstBytes {
  if (bytes.length === 0) return { speaks: 'more', atLeast: 1 };
  if (bytes[0] === TLS_HANDSHAKE) {
    const hello = helloName(bytes);
    if (hello.status === 'more') return { speaks: 'more', atLeast: hello.atLeast };
    return hello.status === 'hello'
      ? { speaks: 'tls', name: hello.name, regular: hello.regular }
      : { speaks: 'broken-tls' };
  }
  const text = bytes.toString('latin1', 0, 8);
  if (METHODS.some((method) => text.startsWith(method))) return { speaks: 'http' };
  if (text.startsWith(SSH)) return { speaks: 'ssh' };
  if (SMB.includes(text.slice(4, 8))) return { speaks: 'smb' };
  const begun = [...METHODS, SSH].some((word) => word.startsWith(text));
  return begun ? { speaks: 'more', atLeast: bytes.length + 1 } : { speaks: 'other' };
}
