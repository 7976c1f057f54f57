/** A request that cannot be carried out as asked: exit code 3, one message that names the fix, nothing started. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
