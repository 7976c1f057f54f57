/**
 * A record with values as AWS sends them, where these are spelled in another way than the SDK's enumerations say:
 * an endpoint's state `available`, an attached internet gateway's `available`, the interface type `nat_gateway`
 * (from MEMORY of real answers). What the SDK reads from the wire is that text.
 */
export function withSentValues<T extends object>(record: T, values: Partial<Record<keyof T, string>>): T {
  return Object.assign(record, values);
}
