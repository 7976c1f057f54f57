/**
 * The packet sender's program (sender.py and raw_packets.py, which stand beside this file), packed to travel in a script.
 * The only file of this folder that reads one: everything else is made from what it is given.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface SenderFile {
  readonly name: string;
  /** Its text, gzip in base64, in lines of at most 1,000 characters. */
  readonly lines: readonly string[];
}

/** The file that is run; it finds the others in its own folder. */
export const SENDER_MAIN = 'sender.py';

const FILES = [SENDER_MAIN, 'raw_packets.py'] as const;

/** Throws when a file of the installation is missing. */
export function senderFiles(): readonly SenderFile[] {
  return FILES.map((name) => {
    const packed = gzipSync(readFileSync(join(__dirname, name)), { level: 9 }).toString('base64');
    return { name, lines: packed.match(/.{1,1000}/g) ?? [] };
  });
}
