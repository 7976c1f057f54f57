/** What a template's values refer to: the ground for the order of creation and for finding names that do not exist. */
import { intrinsicOf, readGetAtt, readList, readRef, subParts, walk } from './intrinsic-syntax';
import type { Template } from './template';
import type { Path } from './template-error';
import { isList, isObject, type Json, scalarText } from './values';

export type Reference =
  | { readonly kind: 'name'; readonly name: string; readonly path: Path }
  | {
      readonly kind: 'attribute';
      readonly name: string;
      readonly attribute: string | null;
      readonly path: Path;
    }
  | { readonly kind: 'condition'; readonly name: string; readonly path: Path };

export interface ReferenceOptions {
  /** Given, only the branch of each Fn::If that is taken counts. */
  readonly taken?: ((condition: string, path: Path) => boolean) | undefined;
}

/** Every Ref, Fn::GetAtt, Fn::Sub variable and condition in a value. */
export function referencesOf(
  value: Json,
  path: Path,
  template: Pick<Template, 'at'>,
  { taken }: ReferenceOptions = {},
): readonly Reference[] {
  const found: Reference[] = [];
  walk(value, path, (part, at) => {
    const intrinsic = intrinsicOf(part, at, template);
    if (intrinsic === null) return true;
    const { name, argument, path: inside } = intrinsic;
    if (name === 'Ref') found.push({ kind: 'name', name: readRef(argument, inside, template), path: inside });
    if (name === 'Fn::GetAtt') {
      const { logicalId, attribute } = readGetAtt(argument, inside, template);
      found.push({ kind: 'attribute', name: logicalId, attribute: scalarText(attribute), path: inside });
    }
    if (name === 'Fn::Sub') found.push(...subReferences(argument, inside, template));
    if (name !== 'Fn::If') return true;
    const [condition, yes, no] = readList(argument, inside, template, { function: name, least: 3, most: 3 });
    const conditionName = readRef(condition ?? null, inside, template);
    found.push({ kind: 'condition', name: conditionName, path: inside });
    const branches: readonly [Json | undefined, number][] =
      taken === undefined
        ? [
            [yes, 1],
            [no, 2],
          ]
        : taken(conditionName, inside)
          ? [[yes, 1]]
          : [[no, 2]];
    for (const [branch, index] of branches)
      found.push(...referencesOf(branch ?? null, [...inside, index], template, { taken }));
    return false;
  });
  return found;
}

function subReferences(argument: Json, path: Path, template: Pick<Template, 'at'>): readonly Reference[] {
  const [text, variables]: readonly Json[] = isList(argument) ? argument : [argument];
  const own = isObject(variables) ? Object.keys(variables) : [];
  if (typeof text !== 'string') return [];
  return subParts(text, path, template).flatMap((part): Reference[] => {
    if (typeof part === 'string' || own.includes(part.name)) return [];
    const dot = part.name.indexOf('.');
    if (dot < 0) return [{ kind: 'name', name: part.name, path }];
    return [{ kind: 'attribute', name: part.name.slice(0, dot), attribute: part.name.slice(dot + 1), path }];
  });
}
