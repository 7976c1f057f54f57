/**
 * The environment in which the lab's programs are found: a plain PATH, and, only where a folder of extracted
 * packages could not be laid over /usr, the variables that make its programs run from where they are.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const systemPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** `rootfs` is a folder of packages extracted by `dpkg -x`, or null for the system's own programs. */
export function installEnvironment(rootfs: string | null): Readonly<Record<string, string>> {
  if (rootfs === null) return { PATH: systemPath.join(':') };
  const usr = (...parts: string[]): string => join(rootfs, 'usr', ...parts);
  // Debian keeps libraries in a folder per architecture, such as lib/x86_64-linux-gnu.
  const libraries = readdirSync(usr('lib')).filter((name) => name.includes('-linux-gnu'));
  return {
    PATH: [usr('sbin'), usr('bin'), ...systemPath].join(':'),
    LD_LIBRARY_PATH: libraries.map((name) => usr('lib', name)).join(':'),
    XTABLES_LIBDIR: libraries.map((name) => usr('lib', name, 'xtables')).join(':'),
    GIT_EXEC_PATH: usr('lib', 'git-core'),
    PYTHONPATH: usr('lib', 'python3', 'dist-packages'),
  };
}
