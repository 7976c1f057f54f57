/**
 * The firewall's records from S3: objects of gzipped JSON lines in a folder per hour. AWS delivers there after 8 to 12
 * minutes (aws.md 3.7); late records are filed under the time of the request, so the hours of the probes are looked at.
 *
 * Layout (Network Firewall developer guide, "Amazon Simple Storage Service"; the names of the objects are not read):
 * `prefix/AWSLogs/account/network-firewall/alert/region/firewall/2026/11/28/02/….log.gz`.
 */
import { gunzipSync } from 'node:zlib';
import type { S3Client } from '@aws-sdk/client-s3';
import { CallFailed, NotReturned } from '../../infra/snapshot/call-failed';
import { s3Client, type AwsConnection } from '../../infra/snapshot/clients';
import { retrying } from '../../infra/snapshot/retry';
import type { FirewallRecord } from '../probe';
import {
  foundTogether,
  recordsOf,
  type FetchedRecords,
  type FirewallLogSource,
  type LogRange,
} from './found-records';
import type { LogFolder } from './log-groups';

const MS_PER_HOUR = 3_600_000;
/** A run lasts minutes; an endpoint writes an object every few minutes for each of its engines (MEMORY). */
const MAX_OBJECTS = 2000;
/** What was written before the run began has nothing of it; the clocks of S3 and of the verifier may differ by this much. */
const CLOCK_SKEW_MS = 300_000;
/** Of one object: AWS's own limit (developer guide, "Amazon Simple Storage Service": 75 MB), and what is made of it here. */
const MAX_OBJECT_BYTES = 75 * 1024 * 1024;
const MAX_TEXT_BYTES = 256 * 1024 * 1024;
/** The guide does not say whether a folder is of the records' hour or of the object's own. */
const LATEST_FOLDER_MS = MS_PER_HOUR;

/** An object is written once, so each is fetched once, however often the log is looked at. */
export async function s3Source(
  connection: AwsConnection,
  folders: readonly LogFolder[],
): Promise<FirewallLogSource> {
  const client = await s3Client(connection);
  const known = new Map<string, FetchedRecords>();
  // Of a fetch that one list has failed, the others are still under way, and would be asked again.
  const ended = new AbortController();
  return {
    fetch: async (asked) => {
      const range = { ...asked, signal: AbortSignal.any([asked.signal, ended.signal]) };
      const keys = await Promise.all(folders.map((folder) => keysOf(client, folder, range)));
      const found = keys.flat();
      if (found.length > MAX_OBJECTS)
        throw new Error(`there are ${found.length} objects of the firewall's log in the hours of the run`);
      const read: FetchedRecords[] = [];
      // One after the other: a log that has just begun has few, and memory holds one object at a time.
      for (const object of found) {
        const id = JSON.stringify([object, range.sinceMs, range.untilMs]);
        const content = known.get(id) ?? within(await contentOf(client, object, range.signal), range);
        // What was garbled on its way may come whole the next time.
        if (object.tag !== null && content.garbled.length === 0) known.set(id, content);
        read.push(content);
      }
      return foundTogether(read);
    },
    close: () => {
      ended.abort();
      client.destroy();
    },
  };
}

/** As CloudWatch Logs has it: by the event's own time, to the whole second that its envelope has. */
function within(found: FetchedRecords, { sinceMs, untilMs }: LogRange): FetchedRecords {
  const isWithin = ({ at }: FirewallRecord): boolean =>
    Date.parse(at) >= sinceMs - 1000 && Date.parse(at) <= untilMs;
  return { ...found, records: found.records.filter(isWithin) };
}

interface LogObject {
  readonly bucket: string;
  readonly key: string;
  readonly firewallName: string;
  readonly bytes: number;
  /** Changes with the content; null where S3 did not say. */
  readonly tag: string | null;
}

async function keysOf(
  client: S3Client,
  { prefix, ...folder }: LogFolder,
  { sinceMs, untilMs, signal }: LogRange,
): Promise<readonly LogObject[]> {
  const hours = hoursBetween(sinceMs, untilMs + LATEST_FOLDER_MS);
  const lists = await Promise.all(
    hours.map((hour) => listed(client, { ...folder, prefix: prefix + hour, sinceMs, signal })),
  );
  return lists.flat();
}

/** `2026/11/28/02/` of each hour, in UTC. */
export function hoursBetween(sinceMs: number, untilMs: number): readonly string[] {
  const first = Math.floor(sinceMs / MS_PER_HOUR);
  const last = Math.floor(untilMs / MS_PER_HOUR);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const hour = new Date((first + index) * MS_PER_HOUR).toISOString();
    return `${hour.slice(0, 13).replace(/[-T]/g, '/')}/`;
  });
}

interface Listing extends LogFolder {
  readonly sinceMs: number;
  readonly signal: AbortSignal;
}

async function listed(
  client: S3Client,
  { bucket, prefix, firewallName, sinceMs, signal }: Listing,
): Promise<readonly LogObject[]> {
  const { ListObjectsV2Command }: typeof import('@aws-sdk/client-s3') = require('@aws-sdk/client-s3');
  const objects: LogObject[] = [];
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: prefix,
      ...(token === undefined ? {} : { ContinuationToken: token }),
    });
    const page = await retrying((abortSignal) => client.send(command, { abortSignal }), { signal }).catch(
      (error: unknown) => {
        throw new CallFailed('s3:ListObjectsV2', error);
      },
    );
    // Always there (S3 API reference, ListObjectsV2), so that an answer without it is none.
    if (page.IsTruncated === undefined) throw notReturned('s3:ListObjectsV2', 'IsTruncated');
    for (const { Key: key, Size: bytes = 0, ETag: tag = null, LastModified: written } of page.Contents ??
      []) {
      if (key === undefined) throw notReturned('s3:ListObjectsV2', 'Key');
      const isEarlier = written !== undefined && written.getTime() < sinceMs - CLOCK_SKEW_MS;
      if (!key.endsWith('.gz') || isEarlier) continue;
      objects.push({ bucket, key, firewallName, bytes, tag });
    }
    token = page.NextContinuationToken;
    if (page.IsTruncated && token === undefined)
      throw notReturned('s3:ListObjectsV2', 'NextContinuationToken');
  } while (token !== undefined && objects.length <= MAX_OBJECTS);
  return objects;
}

async function contentOf(
  client: S3Client,
  { bucket, key, firewallName, bytes }: LogObject,
  signal: AbortSignal,
): Promise<FetchedRecords> {
  const name = `s3://${bucket}/${key}`;
  if (bytes > MAX_OBJECT_BYTES) return garbled(name);
  const { GetObjectCommand }: typeof import('@aws-sdk/client-s3') = require('@aws-sdk/client-s3');
  const command = new GetObjectCommand({ Bucket: bucket, Key: key });
  const packed = await retrying(
    async (abortSignal) => {
      const { Body: body, LastModified: modified } = await client.send(command, { abortSignal });
      if (body === undefined) throw new Error(`${name} has no content`);
      return { bytes: await body.transformToByteArray(), modified };
    },
    { signal },
  ).catch((error: unknown) => {
    throw new CallFailed('s3:GetObject', error);
  });
  return recordsIn(packed.bytes, { name, firewallName, deliveredMs: packed.modified?.getTime() ?? null });
}

const notReturned = (operation: string, member: string): CallFailed =>
  new CallFailed(operation, new NotReturned(`AWS did not return ${member}`));

export interface PackedLog {
  /** For people: `s3://bucket/key`. */
  readonly name: string;
  readonly firewallName: string;
  /** Milliseconds since the epoch, or null when that was not said. */
  readonly deliveredMs: number | null;
}

/**
 * The records of one object. What is no gzip, ends in its middle or grows beyond the bound is garbled as a whole: a log that is
 * not understood is not an empty one, and half a file has no checksum. The other objects keep what they say.
 */
export function recordsIn(
  packed: Uint8Array,
  { name, firewallName, deliveredMs }: PackedLog,
): FetchedRecords {
  let text: string;
  try {
    text = gunzipSync(packed, { maxOutputLength: MAX_TEXT_BYTES }).toString('utf8');
  } catch {
    return garbled(`s3:GetObject of ${name}`);
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const events = lines.map((message) => ({ message, ingestionTime: deliveredMs, stream: null }));
  return recordsOf(events, new Set([firewallName]));
}

const garbled = (name: string): FetchedRecords => ({
  records: [],
  unparsed: 0,
  contradictory: 0,
  foreign: 0,
  garbled: [name],
});
