/** Shapes of a document that somebody hands us: each says what is wrong with a value, and where. */

/** What is wrong with a value, with its place in the document; null when nothing is. */
export interface Shape {
  (value: unknown, place: string): string | null;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const kind =
  (name: string, holds: (value: unknown) => boolean): Shape =>
  (value, place) =>
    holds(value) ? null : `${place} is not ${name}`;

export const text = kind('text', (value) => typeof value === 'string');
export const number = kind('a number', (value) => typeof value === 'number');
export const flag = kind('true or false', (value) => typeof value === 'boolean');
export const oneOf = (...words: readonly unknown[]): Shape =>
  kind(`one of ${words.join(', ')}`, (value) => words.includes(value));

/** The shape of a member that older files do not have. */
const ABSENT: unique symbol = Symbol('may be absent');
interface OptionalShape extends Shape {
  readonly [ABSENT]: true;
}
export const orAbsent = (shape: Shape): OptionalShape =>
  Object.assign((value: unknown, place: string) => shape(value, place), { [ABSENT]: true as const });
const mayBeAbsent = (shape: Shape): boolean => ABSENT in shape;

export const orNull =
  (shape: Shape): Shape =>
  (value, place) =>
    value === null ? null : shape(value, place);

export const listOf =
  (shape: Shape): Shape =>
  (value, place) =>
    Array.isArray(value)
      ? firstWrong(value.map((item, index) => () => shape(item, `${place}[${index}]`)))
      : `${place} is not a list`;

export const record =
  (members: Readonly<Record<string, Shape>>): Shape =>
  (value, place) =>
    isRecord(value)
      ? firstWrong(
          Object.entries(members).map(([name, shape]) => {
            const at = place === '' ? name : `${place}.${name}`;
            return () => {
              if (name in value) return shape(value[name], at);
              return mayBeAbsent(shape) ? null : `it has no member ${at}`;
            };
          }),
        )
      : `${place} is not an object`;

function firstWrong(looks: readonly (() => string | null)[]): string | null {
  for (const look of looks) {
    const wrong = look();
    if (wrong !== null) return wrong;
  }
  return null;
}

export const mapOf =
  (shape: Shape): Shape =>
  (value, place) =>
    isRecord(value)
      ? firstWrong(
          Object.entries(value).map(
            ([name, member]) =>
              () =>
                shape(member, `${place}[${JSON.stringify(name)}]`),
          ),
        )
      : `${place} is not an object`;

export const anything: Shape = () => null;
