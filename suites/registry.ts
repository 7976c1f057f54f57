/** Finds checks by path: `suites/<area>/<name>.check.ts` is the check `<area>/<name>`. Nothing is registered by hand. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './check';

export interface CheckFile {
  /** `area/name`. */
  readonly id: string;
  readonly area: string;
  readonly path: string;
}

const SUFFIX = '.check.ts';

/** Every check file below a suites folder, sorted by id. */
export function checkFiles(suitesDir: string = __dirname): readonly CheckFile[] {
  return readdirSync(suitesDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((area) =>
      readdirSync(join(suitesDir, area.name))
        .filter((file) => file.endsWith(SUFFIX))
        .map((file) => ({
          id: `${area.name}/${file.slice(0, -SUFFIX.length)}`,
          area: area.name,
          path: join(suitesDir, area.name, file),
        })),
    )
    .sort((a, b) => a.id.localeCompare(b.id, 'en'));
}

/** Loads one check and insists that it is what its path says. */
export function loadCheck(file: CheckFile): Check {
  const loaded: unknown = require(file.path);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it lacks is asked for below
  const check = (loaded as { default?: Check }).default;
  if (check === undefined) throw new Error(`${file.path} has no default export; it must be a Check`);
  if (check.id !== file.id)
    throw new Error(`${file.path} calls itself ${check.id}; its path says ${file.id}`);
  return check;
}

/** Every area that has checks, sorted. */
export function areas(files: readonly CheckFile[]): readonly string[] {
  return [...new Set(files.map((file) => file.area))];
}
