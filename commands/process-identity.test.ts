import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { identityOf, processIdentity } from './process-identity';

const stat = (name: string, state: string, start: number): string =>
  `4711 (${name}) ${state} ${Array.from({ length: 18 }, (_, index) => index).join(' ')} ${start} 0 0\n`;

test('a process keeps its identity and shares it with no other', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const before = processIdentity(pid);
  expect(before).not.toBeNull();
  expect(processIdentity(pid)).toBe(before);
  expect(processIdentity(process.pid)).not.toBe(before);
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(processIdentity(pid)).toBeNull();
});

test('the same id started at another time, or in another boot, is another process', () => {
  expect(identityOf(stat('node', 'S', 500), 'boot')).toBe('boot 500');
  expect(identityOf(stat('node', 'S', 501), 'boot')).not.toBe(identityOf(stat('node', 'S', 500), 'boot'));
  expect(identityOf(stat('node', 'S', 500), 'other')).not.toBe(identityOf(stat('node', 'S', 500), 'boot'));
});

test("a program's name cannot shift the fields", () => {
  expect(identityOf(stat('a) Z 1 (b', 'R', 77), 'boot')).toBe('boot 77');
});

test('the remains of a process that nobody has waited for are no process', () => {
  expect(identityOf(stat('node', 'Z', 500), 'boot')).toBeNull();
});

test('text that is cut off names nothing', () => {
  expect(identityOf('4711 (node) S 1 2', 'boot')).toBeNull();
  expect(identityOf('', 'boot')).toBeNull();
});
