/** Whether AWS refused a call for want of a permission, whatever the service calls it. */
const DENIED: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'Forbidden',
]);

export const isDenied = (error: unknown): boolean => error instanceof Error && DENIED.has(error.name);
