import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headerComment } from './explain';
import { quoted } from './lab';
import {
  knownWord,
  knownWords,
  parameterPairs,
  readableFile,
  secondsOption,
  writableFolder,
} from './run-options';
import { UsageError } from './usage-error';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'run-options-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('an unknown word is refused with the nearest known one', () => {
  expect(() => knownWord('suite', 'routng', ['routing', 'logging'])).toThrow(/did you mean routing\?/);
});

test('a list keeps each word once', () => {
  expect(knownWords('suite', 'dns, routing,dns', ['dns', 'routing'])).toEqual(['dns', 'routing']);
});

test('parameters keep everything after the first equals sign', () => {
  expect(parameterPairs(['A=b=c', 'B='])).toEqual({ A: 'b=c', B: '' });
});

test.each([[['novalue']], [['=x']], [['A=1', 'A=2']]])('parameters %j are refused', (pairs) => {
  expect(() => parameterPairs(pairs)).toThrow(UsageError);
});

test('a missing file and a folder are told apart', () => {
  expect(() => readableFile('--template', join(folder, 'none.yaml'))).toThrow('there is no such file');
  expect(() => readableFile('--template', folder)).toThrow('this is not a file');
});

test('an output folder below a file cannot be written and says so', () => {
  writeFileSync(join(folder, 'file'), '');
  chmodSync(join(folder, 'file'), 0o444);
  expect(() => writableFolder('--out', join(folder, 'file', 'out'))).toThrow(/cannot be written \(ENOTDIR\)/);
});

test.each(['0', '-1', '1e3', 'ten', '', '601'])('%j is no number of seconds', (text) => {
  expect(() => secondsOption('--probe-timeout', text, { max: 600 })).toThrow(UsageError);
});

test('seconds become milliseconds', () => {
  expect(secondsOption('--probe-timeout', '1.5', { max: 600 })).toBe(1500);
});

test('a header comment is printed without its marks', () => {
  expect(headerComment('/**\n * One.\n *\n * What: two\n */\nimport x')).toBe('One.\n\nWhat: two');
});

test('a word for the shell is quoted whatever it holds', () => {
  expect(quoted("a'b $(c)")).toBe(String.raw`'a'\''b $(c)'`);
});
