import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSandbox, type Sandbox } from './sandbox';

const timeoutMs = 5_000;
const projectRoot = join(__dirname, '../../..');

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox({ usrOverlay: null });
});
afterAll(async () => sandbox.close());

const shell = async (script: string): Promise<{ exitCode: number; stdout: string; stderr: string }> =>
  sandbox.exec(['/bin/sh', '-c', script], { timeoutMs });

/** Poll, since the kernel clears away what has been killed when it gets to it. */
async function gone(pid: number, withinMs: number): Promise<boolean> {
  for (const start = Date.now(); Date.now() - start < withinMs;) {
    if (!existsSync(`/proc/${pid}`)) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

test('a command gets its input, a plain environment and nothing of ours', async () => {
  const result = await sandbox.exec(['/bin/sh', '-c', 'cat; env | sort; exit 3'], {
    stdin: 'input\n',
    env: { ADDED: 'yes' },
    timeoutMs,
  });
  const names = result.stdout
    .split('\n')
    .slice(1, -1)
    .map((line) => line.split('=')[0]);
  expect(result).toMatchObject({ exitCode: 3, stdout: expect.stringMatching(/^input\n/) });
  expect(names).toEqual(['ADDED', 'HOME', 'LC_ALL', 'PATH', 'PWD', 'TMPDIR']);
});

test("none of the machine's files can be written from inside, not even by root", async () => {
  const targets = ['/', '/usr', '/etc', '/var/tmp', '/dev/shm', tmpdir(), projectRoot];
  const written = await shell(
    targets
      .map((folder) => `touch '${folder}/studio-egress-test' 2>/dev/null && echo '${folder}'`)
      .join('\n'),
  );
  expect(written.stdout).toBe('');
  expect((await shell('id -u; touch "$TMPDIR/own"')).stdout).toBe('0\n');
});

test('the verifier reaches the files inside by a path of its own', async () => {
  await shell(`echo hello >${sandbox.dir}/greeting`);
  expect(readFileSync(sandbox.hostPath(`${sandbox.dir}/greeting`), 'utf8')).toBe('hello\n');
  expect(existsSync(`${sandbox.dir}/greeting`)).toBe(false);
  expect(() => sandbox.hostPath('greeting')).toThrow(/not an absolute path/);
});

test("the machine's own network is neither seen nor touched", async () => {
  expect((await shell('ip -o link')).stdout).toMatch(/^1: lo: [^\n]*\n$/);
  await sandbox.exec(['ip', 'netns', 'add', 'elsewhere'], { timeoutMs });
  const inside = await sandbox.exec(['readlink', '/proc/self/ns/net'], { namespace: 'elsewhere', timeoutMs });
  expect(inside.stdout).toMatch(/^net:/);
  expect(inside.stdout).not.toBe((await shell('readlink /proc/self/ns/net')).stdout);
  await expect(sandbox.exec(['true'], { namespace: '../x', timeoutMs })).rejects.toThrow(
    /not a name of a network namespace/,
  );
});

test('a command that does not end is ended, and said to have been', async () => {
  await expect(sandbox.exec(['sleep', '4711'], { timeoutMs: 100 })).rejects.toThrow(
    'sleep 4711 did not end within 100 ms',
  );
  expect((await shell('sleep 0.1; ps ax')).stdout).not.toContain('sleep 4711');
});

test('a command that is not there is an exit code, as in a shell', async () => {
  expect(await sandbox.exec(['no-such-command'], { timeoutMs })).toMatchObject({ exitCode: 127 });
});

test('a long-lived command has a pid of its own and can be killed, with nothing left to wait for', async () => {
  // Its child, which holds the output open, is not waited for.
  const command = sandbox.spawn(['/bin/sh', '-c', 'sleep 4712 & echo up; wait']);
  await once(command.stdout, 'data');
  const pid = command.pid() ?? 0;
  expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('sleep 4712');
  command.kill();
  expect(await command.ended).toEqual({ exitCode: null, how: 'was ended by SIGKILL' });
  expect([command.running(), command.pid(), existsSync(`/proc/${pid}`)]).toEqual([false, null, false]);
  command.kill();
});

test('a command that was stopped can be ended all the same', async () => {
  const command = sandbox.spawn(['/bin/sh', '-c', 'echo up; sleep 4714']);
  await once(command.stdout, 'data');
  process.kill(command.pid() ?? 0, 'SIGSTOP');
  // nsenter follows it.
  await new Promise((resolve) => setTimeout(resolve, 100));
  command.kill();
  expect((await command.ended).how).toBe('was ended by SIGKILL');
});

test('a command that is killed before it has begun never begins', async () => {
  const command = sandbox.spawn(['/bin/sh', '-c', 'sleep 0.05; touch "$TMPDIR/begun"; sleep 4713']);
  command.kill();
  command.stdout.resume();
  expect((await command.ended).exitCode).toBeNull();
  expect((await shell('sleep 0.2; ls "$TMPDIR"; ps ax')).stdout).not.toMatch(/begun|sleep 4713/);
});

test('closing leaves no process, no mount and no folder', async () => {
  const before = {
    mounts: readFileSync('/proc/self/mountinfo', 'utf8'),
    temporary: readdirSync(tmpdir()).sort(),
  };
  const another = await openSandbox({ usrOverlay: null });
  const command = another.spawn(['/bin/sh', '-c', 'trap "" TERM HUP INT; setsid sleep 4714 & echo up; wait']);
  await once(command.stdout, 'data');
  const pids = [command.pid() ?? 0, Number(another.hostPath('/').split('/')[2])];
  const start = Date.now();
  await another.close();
  expect(Date.now() - start).toBeLessThan(1_000);
  for (const pid of pids) expect(existsSync(`/proc/${pid}`)).toBe(false);
  expect(another.running()).toBe(false);
  await expect(another.exec(['true'], { timeoutMs })).rejects.toThrow(/has ended/);
  await another.close();
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).toBe(before.mounts);
  expect(
    readdirSync(tmpdir()).filter(
      (name) => /studio|egress|lab/.test(name) && !before.temporary.includes(name),
    ),
  ).toEqual([]);
});

test('a verifier that is killed outright takes everything with it', async () => {
  const program = `
    const { openSandbox } = require('./infra/lab/network/sandbox.ts');
    void openSandbox({ usrOverlay: null }).then((sandbox) => {
      const child = sandbox.spawn(['/bin/sh', '-c', 'trap "" TERM HUP INT; echo up; sleep 4715; sleep 4715']);
      child.stdout.once('data', () => console.log(sandbox.hostPath('/').split('/')[2], child.pid()));
    });`;
  const verifier = spawn(process.execPath, ['--require', 'tsx/cjs', '--eval', program], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TSX_DISABLE_CACHE: '1' },
  });
  const said = String(await once(verifier.stdout, 'data'));
  const pids = said.trim().split(' ').map(Number);
  expect(pids).toHaveLength(2);
  for (const pid of pids) expect(existsSync(`/proc/${pid}`)).toBe(true);
  verifier.kill('SIGKILL');
  for (const pid of pids) expect(await gone(pid, 3_000)).toBe(true);
}, 20_000);
