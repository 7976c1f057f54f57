/**
 * The machine's own apt sources, read and narrowed to what the lab's tools are fetched from: the distribution's
 * suites (and, on Debian 12, its backports, where Suricata 7 lives). Pure: text in, text out, and no host name of
 * ours: every URI is one that the machine already trusts, with the keys it already names.
 */

/** One source in deb822 form: field names as apt writes them, values as found (a key block keeps its lines). */
export type AptSource = ReadonlyMap<string, string>;

export interface Distribution {
  /** os-release ID: `debian`, `ubuntu`, … */
  readonly id: string;
  /** os-release VERSION_CODENAME: `bookworm`, `noble`, … */
  readonly codename: string;
}

export class AptSourcesError extends Error {
  override readonly name = 'AptSourcesError';
}

const ONE_LINE_OPTIONS: Readonly<Record<string, string>> = {
  arch: 'Architectures',
  lang: 'Languages',
  target: 'Targets',
  pdiffs: 'PDiffs',
  'by-hash': 'By-Hash',
};

// apt's fields are case-insensitive; one spelling of ours so that they can be looked up.
function fieldName(name: string): string {
  return name
    .split('-')
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1).toLowerCase())
    .join('-')
    .replace(/^Uris$/, 'URIs');
}

/** Read a deb822 `.sources` file. Throws AptSourcesError with the line for text that is no field. */
export function parseDeb822(text: string, file: string): AptSource[] {
  const sources: AptSource[] = [];
  let fields = new Map<string, string>();
  let last: string | null = null;
  const finish = (): void => {
    if (fields.size > 0) sources.push(fields);
    fields = new Map();
    last = null;
  };
  for (const [index, line] of text.split('\n').entries()) {
    if (line.startsWith('#')) continue;
    if (line.trim() === '') {
      finish();
    } else if (/^\s/.test(line)) {
      if (last === null)
        throw new AptSourcesError(`${file}:${index + 1}: a continuation line without a field`);
      fields.set(last, `${fields.get(last) ?? ''}\n${line.trimEnd()}`);
    } else {
      const match = /^([A-Za-z][A-Za-z-]*)\s*:\s*(.*?)\s*$/.exec(line);
      if (match === null)
        throw new AptSourcesError(`${file}:${index + 1}: neither a field nor a comment: ${line}`);
      last = fieldName(match[1] ?? '');
      fields.set(last, match[2] ?? '');
    }
  }
  finish();
  return sources.filter((source) => source.get('Enabled')?.toLowerCase() !== 'no');
}

/** Read a one-line-style `.list` file into the same form. Throws AptSourcesError with the line. */
export function parseOneLine(text: string, file: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/#.*$/, '').trim();
    if (line === '' || line.startsWith('deb-src')) continue;
    const match = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*(.*)$/.exec(line);
    if (match === null)
      throw new AptSourcesError(`${file}:${index + 1}: not a source that apt would read: ${raw}`);
    const [, options = '', uri = '', suite = '', components = ''] = match;
    const source = new Map([
      ['Types', 'deb'],
      ['URIs', uri],
      ['Suites', suite],
      ['Components', components],
    ]);
    for (const option of options.split(/\s+/).filter(Boolean)) {
      const [name = '', value] = option.split(/=(.*)/s);
      if (value === undefined)
        throw new AptSourcesError(`${file}:${index + 1}: option without a value: ${option}`);
      const operator = /[+-]$/.exec(name)?.[0] ?? '';
      const plain = operator === '' ? name : name.slice(0, -1);
      const suffix = operator === '+' ? '-Add' : operator === '-' ? '-Remove' : '';
      source.set((ONE_LINE_OPTIONS[plain] ?? fieldName(plain)) + suffix, value.replaceAll(',', ' '));
    }
    sources.push(source);
  }
  return sources;
}

const words = (source: AptSource, field: string): string[] =>
  (source.get(field) ?? '').split(/\s+/).filter(Boolean);

/**
 * The sources that the tools may come from: those of the distribution itself, binary packages only, plus Debian
 * 12's backports derived from the stanza that serves its base suite. Throws AptSourcesError if the base suite is
 * not among them.
 */
export function toolSources(sources: readonly AptSource[], distribution: Distribution): AptSource[] {
  const names = [distribution.codename, ...(distribution.id === 'debian' ? ['stable', 'oldstable'] : [])];
  const isBase = (suite: string): boolean => names.includes(suite);
  const isOurs = (suite: string): boolean => isBase(suite.replace(/[-/](updates|security|backports)$/, ''));
  const kept: AptSource[] = [];
  for (const source of sources) {
    const suites = words(source, 'Suites').filter(isOurs);
    const remote = words(source, 'URIs').filter((uri) => !uri.startsWith('cdrom:'));
    const usable = suites.length > 0 && remote.length > 0 && words(source, 'Components').includes('main');
    if (!words(source, 'Types').includes('deb') || !usable) continue;
    kept.push(
      new Map([...source, ['Types', 'deb'], ['Suites', suites.join(' ')], ['URIs', remote.join(' ')]]),
    );
  }
  const base = kept.find((source) => words(source, 'Suites').some(isBase));
  if (base === undefined) {
    throw new AptSourcesError(
      `none of this machine's apt sources serves ${distribution.codename} (component main)`,
    );
  }
  return [...kept, ...derived(base, kept, distribution)];
}

function derived(base: AptSource, kept: readonly AptSource[], { id, codename }: Distribution): AptSource[] {
  const baseSuite = words(base, 'Suites').find((suite) => !/[-/]/.test(suite)) ?? codename;
  if (id === 'debian' && codename === 'bookworm') {
    const suite = `${baseSuite}-backports`;
    const present = kept.some((source) => words(source, 'Suites').includes(suite));
    return present ? [] : [new Map([...base, ['Suites', suite], ['Components', 'main']])];
  }
  if (id === 'ubuntu' && !kept.some((source) => words(source, 'Components').includes('universe'))) {
    return [new Map([...base, ['Components', 'universe']])];
  }
  return [];
}

/** Sources as the text of one `.sources` file. */
export function formatSources(sources: readonly AptSource[]): string {
  const stanza = (source: AptSource): string =>
    [...source].map(([name, value]) => `${name}: ${value}`.replace(/: \n/, ':\n')).join('\n');
  return `${sources.map(stanza).join('\n\n')}\n`;
}
