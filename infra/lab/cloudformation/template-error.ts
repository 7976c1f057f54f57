/** What a template, or its parameters, have wrong: one place, one reason and the way to put it right. */
import { closest, distance } from 'fastest-levenshtein';

/** Where in a template: `['Resources', 'NatGateway', 'Properties', 'SubnetIds', 0]`. */
export type Path = readonly (string | number)[];

export interface Place {
  /** `Resources.NatGateway.Properties.SubnetIds[0]`, or `Parameters` for what was given with the call. */
  readonly path: string;
  /** Counted from 1; null where the text has no such place (a parameter of the call, a missing section). */
  readonly line: number | null;
  readonly column: number | null;
}

export interface TemplateFault {
  readonly place: Place;
  readonly reason: string;
  /** What to change, as a sentence. */
  readonly fix?: string | undefined;
}

/** A template that cannot be deployed. Its message is complete: place, line, reason and fix. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly place: Place;
  readonly reason: string;
  readonly fix: string | null;

  constructor({ place, reason, fix }: TemplateFault) {
    super(`${describePlace(place)}: ${reason}${fix === undefined ? '' : ` ${fix}`}`);
    this.place = place;
    this.reason = reason;
    this.fix = fix ?? null;
  }

  /** The resource that is to blame, or null where it is none. */
  get logicalId(): string | null {
    const [, logicalId] = /^Resources\.([A-Za-z0-9]+)/.exec(this.place.path) ?? [];
    return logicalId ?? null;
  }
}

export function describePath(path: Path): string {
  return path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`))
    .join('');
}

function describePlace({ path, line }: Place): string {
  const where = path === '' ? 'the template' : path;
  return line === null ? where : `${where} (line ${line})`;
}

/** " Did you mean X?" for a name that is nearly one of the known ones, else the known ones where they are few. */
export function didYouMean(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const nearest = closest(name, known);
  if (distance(name.toLowerCase(), nearest.toLowerCase()) <= Math.max(2, name.length / 4))
    return `Did you mean ${nearest}?`;
  return known.length <= 12 ? `Known here: ${known.join(', ')}.` : undefined;
}
