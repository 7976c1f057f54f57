/** The pipelines of docs/ci: each command in them is one of ours with options that it has, and the files they collect exist. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { parse } from 'yaml';
import { formats } from '../reports/formats';
import { registerGate } from './cli/gate';
import { registerVerify } from './cli/verify';
import { readGatePolicy } from './gate-policy-file';

const folder = join(__dirname, '..', 'docs', 'ci');
const pipelines = readdirSync(folder).filter((name) => name !== 'gate.yaml');

const program = new Command();
const add = (text: string) => program.command(text);
[registerVerify, registerGate].forEach((register) => register({ add, setExitCode: () => {} }));

/** The commands of a pipeline, as words. */
const commandsOf = (text: string): readonly (readonly string[])[] =>
  [...text.matchAll(/node bin\/studio-egress\.js ([^\n'|]+)/g)].map(([, words = '']) =>
    words.trim().split(/\s+/),
  );

test.each(pipelines)('%s calls verify and then the gate, with options that they have', (name) => {
  const commands = commandsOf(readFileSync(join(folder, name), 'utf8'));
  expect(commands.map(([command]) => command)).toEqual(['verify', 'gate']);
  for (const [command, ...words] of commands) {
    const known = program.commands.find((one) => one.name() === command)?.options.map(({ long }) => long);
    const given = words.filter((word) => word.startsWith('--'));
    expect(given.filter((option) => known?.includes(option) !== true)).toEqual([]);
  }
});

test.each(pipelines)('%s asks for formats that there are, and collects what they write', (name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  const asked = /--format ([\w,]+)/.exec(text)?.[1]?.split(',') ?? [];
  expect(asked.filter((format) => !(format in formats))).toEqual([]);
  const written = new Map(Object.entries(formats).map(([format, { fileName }]) => [fileName, format]));
  const collected = [...text.matchAll(/reports\/out\/nightly\/([\w-]+\.(?:xml|sarif|md|json|html))/g)].map(
    ([, file = '']) => file,
  );
  for (const file of collected.filter((one) => one !== 'evidence.json'))
    expect([file, asked.includes(written.get(file) ?? '')]).toEqual([file, true]);
});

test.each(pipelines.filter((name) => name.endsWith('.yml')))('%s is YAML', (name) => {
  expect(parse(readFileSync(join(folder, name), 'utf8'))).toEqual(expect.any(Object));
});

test.each(pipelines)('%s removes old evidence before it verifies', (name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  expect(text.indexOf('rm -rf reports/out/nightly')).toBeGreaterThan(0);
  expect(text.indexOf('rm -rf reports/out/nightly')).toBeLessThan(text.indexOf('studio-egress.js verify'));
});

test('their policy is one', () => {
  expect(readGatePolicy(join(folder, 'gate.yaml'))).toMatchObject({ targets: ['aws'], toleratedUnknowns: 0 });
});
