import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRun } from './run';

test('a folder that an earlier run wrote into keeps nothing of its verdict, and all that is not a run’s', () => {
  const outDir = mkdtempSync(join(tmpdir(), 'run-'));
  try {
    const ofRuns = ['evidence.json', 'snapshot.json', 'manifest.json', 'manifest.dsse.json'];
    const reports = ['report.html', 'junit.xml', 'report.sarif', 'report.pdf', 'markdown.md'];
    for (const name of [...ofRuns, ...reports, 'notes.txt']) writeFileSync(join(outDir, name), 'earlier');
    mkdirSync(join(outDir, 'kept'));
    startRun({ outDir, invocation: 'studio-egress verify', now: new Date() });
    expect(readdirSync(outDir).sort()).toEqual(['kept', 'notes.txt']);
    expect(existsSync(outDir)).toBe(true);
  } finally {
    rmSync(outDir, { recursive: true });
  }
});
