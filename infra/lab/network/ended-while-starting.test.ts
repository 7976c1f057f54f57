/** However a run is ended while its lab is still being raised, nothing of it is left. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

jest.setTimeout(120_000);

const projectRoot = join(__dirname, '../../..');

/**
 * The first process of a pid namespace, so that nothing that the run starts can hide from it. Parameters: $1 words of
 * the process that is waited for, $2 signals, and then the run's command. Says how
 * long it took until nothing was left, or what was still there after 10 s.
 */
const watcher = String.raw`
set -u
words=$1 signals=$2; shift 2
mounts=$(wc -l </proc/self/mountinfo)
"$@" >/dev/null 2>&1 &
run=$!
seen() { ps -eo args= | grep -v grep | grep -vF "watcher $words" | grep -qF -- "$words"; }
others() { ps -eo pid=,ppid=,stat=,args= | grep -v " 1 .* ps -eo" | grep -Ev '^ +1 |(grep|ps) -'; }
tries=0
until seen; do
  tries=$((tries + 1))
  [ $tries -lt 3000 ] && kill -0 $run || { echo "never seen: $words"; exit 1; }
done
for signal in $signals; do kill -s "$signal" $run; sleep 0.02; done
wait $run
echo "exit $?"
tries=0
while left=$(others) && [ -n "$left" ]; do
  tries=$((tries + 1))
  [ $tries -lt 100 ] || { echo "left: $left"; exit 1; }
  sleep 0.1
done
[ "$(wc -l </proc/self/mountinfo)" -eq "$mounts" ] || cat /proc/self/mountinfo
echo nothing left
`;

interface EndedRun {
  readonly said: string;
  readonly temporary: readonly string[];
}

async function ended(words: string, signals: string): Promise<EndedRun> {
  const own = mkdtempSync(join(tmpdir(), 'ended-'));
  const out = join(own, 'out');
  // A temp folder of its own: other runs may be using the machine's.
  const temporary = mkdtempSync(join(tmpdir(), 'ended-tmp-'));
  const namespaces = ['--user', '--map-root-user', '--pid', '--fork', '--kill-child', '--mount-proc', '--'];
  const verify = [process.execPath, join(projectRoot, 'bin/studio-egress.js'), 'verify', '--out', out];
  try {
    const { stdout } = await promisify(execFile)(
      'unshare',
      [...namespaces, '/bin/sh', '-c', watcher, 'watcher', words, signals, ...verify],
      { env: { ...process.env, TMPDIR: temporary }, timeout: 100_000 },
    );
    return {
      said: stdout,
      temporary: readdirSync(temporary),
    };
  } finally {
    rmSync(own, { recursive: true, force: true });
    rmSync(temporary, { recursive: true, force: true });
  }
}

const moments = [
  { when: 'the first namespaces are made', words: 'studio-egress-lab' },
  { when: 'the servers start', words: 'run/lab/servers/' },
  { when: 'the engine starts', words: 'suricata -c' },
] as const;

test.each(moments)('killed outright while $when', async ({ words }) => {
  const { said, temporary } = await ended(words, 'KILL');
  expect(said).toBe('exit 137\nnothing left\n');
  expect(temporary).toEqual([]);
});

test('interrupted while the servers start: in order, and without a verdict', async () => {
  const { said, temporary } = await ended('run/lab/servers/', 'INT');
  expect(said).toMatch(/^exit [23]\nnothing left\n$/);
  expect(temporary).toEqual([]);
});

test('interrupted twice while the engine starts: at once', async () => {
  const { said, temporary } = await ended('suricata -c', 'INT INT');
  expect(said).toBe('exit 130\nnothing left\n');
  expect(temporary).toEqual([]);
});
