/** A resource that could not be created, changed or deleted: which one, by what property, and why. */
import { ApiError, type LabApi } from '../aws-api/handler';
import type { Template } from './template';
import { type Path, type Place, TemplateError } from './template-error';
import { isList, isObject, scalarText, type Value, type ValueObject } from './values';

export class ResourceFailure extends Error {
  override readonly name = 'ResourceFailure';
  readonly logicalId: string;
  /** The property that the reason is about, as far as the reason tells; null where it does not. */
  readonly property: string | null;
  readonly place: Place;
  readonly reason: string;

  constructor(error: unknown, { template, logicalId, properties }: FailedResource) {
    const reason = reasonOf(error);
    const base = ['Resources', logicalId];
    const blamed = blamedProperty(properties, reason);
    const path = blamed === null ? base : [...base, 'Properties', ...blamed];
    const place = error instanceof TemplateError ? error.place : template.at(path);
    super(
      error instanceof TemplateError
        ? error.message
        : `${place.path}${place.line === null ? '' : ` (line ${place.line})`}: ${reason}`,
      {
        cause: error,
      },
    );
    this.logicalId = logicalId;
    this.property = error instanceof TemplateError ? propertyIn(error.place.path) : propertyIn(place.path);
    this.place = place;
    this.reason = error instanceof TemplateError ? error.reason : reason;
  }
}

export interface FailedResource {
  readonly template: Template;
  readonly logicalId: string;
  /** As far as they were resolved. */
  readonly properties: ValueObject;
}

function propertyIn(path: string): string | null {
  return /^Resources\.[A-Za-z0-9]+\.Properties\.([A-Za-z0-9]+)/.exec(path)?.[1] ?? null;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = error instanceof ApiError ? error.code : error.name;
  if (error instanceof OperationError) return error.message;
  return code === 'Error' ? error.message : `${error.message} (${code})`;
}

/** An API call of a resource that failed; the message names service, operation and code as CloudFormation's do. */
class OperationError extends Error {
  override readonly name = 'OperationError';
}

/** The API, with the failing call's name in every error. */
export function namedCalls(api: LabApi): LabApi {
  return {
    call: async (service, command, input) => {
      try {
        return await api.call(service, command, input);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        const code = error instanceof ApiError ? error.code : error.name;
        const operation = command.name.replace(/Command$/, '');
        throw new OperationError(`${error.message} (${service}:${operation}, ${code})`, { cause: error });
      }
    },
  };
}

/**
 * The property whose value the reason quotes, or else whose name it mentions. The longest such value wins: an ARN
 * that is quoted says more than the "tcp" in it.
 */
function blamedProperty(properties: ValueObject, reason: string): Path | null {
  const leaves: { readonly path: Path; readonly text: string }[] = [];
  collectLeaves(properties, [], leaves);
  const quoted = leaves
    .filter(({ text }) => text.length >= 4 && mentions(reason, text))
    .sort((a, b) => b.text.length - a.text.length);
  const [best] = quoted;
  if (best !== undefined) return best.path;
  const named = Object.keys(properties).find((name) => mentions(reason.toLowerCase(), name.toLowerCase()));
  return named === undefined ? null : [named];
}

/** The text stands in the reason as a word of its own, not as a part of another. */
function mentions(reason: string, text: string): boolean {
  for (let at = reason.indexOf(text); at >= 0; at = reason.indexOf(text, at + 1)) {
    const around = `${reason[at - 1] ?? ' '}${reason[at + text.length] ?? ' '}`;
    if (!/[A-Za-z0-9]/.test(around)) return true;
  }
  return false;
}

function collectLeaves(value: Value, path: Path, leaves: { path: Path; text: string }[]): void {
  if (isList(value)) value.forEach((item, at) => collectLeaves(item, [...path, at], leaves));
  else if (isObject(value))
    for (const [name, part] of Object.entries(value)) collectLeaves(part, [...path, name], leaves);
  else {
    const text = scalarText(value);
    if (text !== null) leaves.push({ path, text });
  }
}
