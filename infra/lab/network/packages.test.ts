import { access } from 'node:fs/promises';
import path from 'node:path';
import { ensureTools } from './packages';

const cacheDir = path.join(__dirname, '../../../.cache/engine');

test('the tools are there after the first call, and later calls take no time', async () => {
  const first = await ensureTools({ cacheDir });
  expect(first.versions['suricata']).toMatch(/^7\./);
  await access(path.join(first.usrOverlay ?? '/', 'usr/bin/suricata'));
  const progress: string[] = [];
  const started = performance.now();
  await expect(ensureTools({ cacheDir, onProgress: (text) => progress.push(text) })).resolves.toEqual(first);
  expect(progress).toEqual([]);
  expect(performance.now() - started).toBeLessThan(200);
}, 300_000);

test('many runs at once get the same tools', async () => {
  const all = await Promise.all([1, 2, 3].map(async () => ensureTools({ cacheDir })));
  expect(new Set(all.map(({ usrOverlay }) => usrOverlay)).size).toBe(1);
}, 300_000);
