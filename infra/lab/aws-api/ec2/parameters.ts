/** Checks of request parameters that several calls share. */
import { ApiError } from '../handler';
import { type Cidr, parseCidr } from './cidr';

/**
 * Parameters whose effect the lab does not carry: giving one is an error that names it, since ignoring it would
 * make something else than what was asked for.
 */
export function unmodelled<T extends object>(request: T, names: readonly (keyof T & string)[]): void {
  for (const name of names) {
    const value: unknown = request[name];
    const empty = value === undefined || value === false || (Array.isArray(value) && value.length === 0);
    if (!empty) {
      throw new ApiError(
        'UnsupportedOperation',
        `The lab's EC2 does not carry the parameter ${name}; leave it out.`,
      );
    }
  }
}

/** A CIDR block of the given family in canonical form; `InvalidParameterValue` in AWS's words when it is none. */
export function cidrParameter(text: string, parameter: string, family: 4 | 6): Cidr {
  const block = parseCidr(text);
  if (block?.family !== family) {
    const what = family === 4 ? 'CIDR block' : 'IPv6 CIDR block';
    throw new ApiError(
      'InvalidParameterValue',
      `Value (${text}) for parameter ${parameter} is invalid. This is not a valid ${what}.`,
    );
  }
  return block;
}

/** A call that AWS would refuse for the value of one parameter. */
export function invalidValue(value: string, parameter: string, because: string): ApiError {
  return new ApiError(
    'InvalidParameterValue',
    `Value (${value}) for parameter ${parameter} is invalid. ${because}`,
  );
}
