/** `studio-egress snapshot`: reads what is deployed and writes it to a file. Read-only. */
import { dirname } from 'node:path';
import { awsConnection } from '../infra/snapshot/clients';
import { writeSnapshotFile } from '../infra/snapshot/snapshot-file';
import { takeSnapshot } from '../infra/snapshot/take-snapshot';
import { findTarget, type TargetSelector } from '../infra/snapshot/target';
import type { ExitCode } from '../suites/assemble';
import { writableFolder } from './run-options';

export interface SnapshotOptions {
  readonly selector: TargetSelector;
  readonly region: string | null;
  readonly profile: string | null;
  readonly out: string;
}

/** Exit code 2 when a section could not be read: the file says which and why. */
export async function snapshot({ selector, region, profile, out }: SnapshotOptions): Promise<ExitCode> {
  writableFolder('--out', dirname(out));
  const connection = await awsConnection({ region, profile });
  const target = await findTarget(connection, selector);
  const taken = await takeSnapshot(connection, target);
  writeSnapshotFile(out, taken);
  const unread = Object.entries(taken.sections).filter(([, section]) => section.status === 'unread');
  for (const [name, section] of unread) {
    if (section.status === 'unread')
      process.stderr.write(`unread: ${name} (${section.operation}: ${section.message})\n`);
  }
  process.stdout.write(
    `${out}: ${Object.keys(taken.sections).length - unread.length} sections read, ${unread.length} unread\n`,
  );
  return unread.length === 0 ? 0 : 2;
}
