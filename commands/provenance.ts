/** Where evidence comes from: how each section was read, and where the program ran. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SectionName, Snapshot } from '../infra/snapshot/snapshot';
import type { RunEnvironment, SectionReading } from '../suites/evidence';
import { PROJECT_ROOT } from './run';

export function readingOf({ sections }: Snapshot): readonly SectionReading[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a snapshot has exactly these keys
  return (Object.keys(sections) as SectionName[]).map((name) => {
    const section = sections[name];
    return section.status === 'read'
      ? { name, status: 'read', at: section.readAt, because: null, calls: section.calls }
      : {
          name,
          status: 'unread',
          at: section.at,
          because: `${section.operation} answered ${section.error} (${section.message})`,
          calls: [],
        };
  });
}

/** By a variable that the service sets in every job (documentation of each, "predefined variables"). */
const CI_VARIABLES = {
  GITHUB_ACTIONS: 'github-actions',
  GITLAB_CI: 'gitlab-ci',
  CODEBUILD_BUILD_ID: 'codebuild',
  JENKINS_URL: 'jenkins',
} as const;

export function runEnvironment(environment: NodeJS.ProcessEnv): RunEnvironment {
  const ci = Object.entries(CI_VARIABLES).find(([variable]) => environment[variable] !== undefined);
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    commit: checkedOutCommit(),
    lockSha256: sha256OfFile('package-lock.json'),
    ci: ci?.[1] ?? (environment['CI'] === undefined ? null : 'unnamed'),
  };
}

/** From git's own files: no program is started for it. Null where this is no checkout or its form is not understood. */
function checkedOutCommit(): string | null {
  const head = textOf('.git/HEAD')?.trim();
  if (head === undefined) return null;
  const ref = /^ref: (refs\/heads\/[\w./-]+)$/.exec(head)?.[1];
  if (ref === undefined) return commitIn(head);
  return (
    commitIn(textOf(`.git/${ref}`)) ??
    commitIn(
      textOf('.git/packed-refs')
        ?.split('\n')
        .find((line) => line.endsWith(` ${ref}`)),
    )
  );
}

const commitIn = (text: string | undefined): string | null =>
  /^([0-9a-f]{40})\b/.exec(text?.trim() ?? '')?.[1] ?? null;

function textOf(path: string): string | undefined {
  try {
    return readFileSync(join(PROJECT_ROOT, path), 'utf8');
  } catch {
    return undefined;
  }
}

function sha256OfFile(path: string): string | null {
  const text = textOf(path);
  return text === undefined ? null : createHash('sha256').update(text).digest('hex');
}
