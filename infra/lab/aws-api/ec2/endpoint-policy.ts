/** Endpoint policies: kept as the text they were given, checked for the form of a policy document. */
import { ApiError } from '../handler';

/** What AWS puts when none is given: everything allowed (AWS PrivateLink guide, vpc-endpoints-access). Text as AWS returns it, from MEMORY. */
const allowAll = {
  Gateway:
    '{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}',
  Interface: '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}',
} as const;

export function defaultEndpointPolicy(type: keyof typeof allowAll): string {
  return allowAll[type];
}

function isStatement(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'Effect' in value &&
    (value.Effect === 'Allow' || value.Effect === 'Deny') &&
    ('Action' in value || 'NotAction' in value) &&
    ('Principal' in value || 'NotPrincipal' in value)
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError('InvalidPolicyDocument', 'The policy document is not valid JSON.');
  }
}

/** The text itself, when it is a resource policy; `InvalidPolicyDocument` otherwise. */
export function checkedEndpointPolicy(text: string): string {
  const document = parsed(text);
  const statement =
    typeof document === 'object' && document !== null && 'Statement' in document ? document.Statement : null;
  const statements: readonly unknown[] = Array.isArray(statement) ? statement : [statement];
  if (statements.length === 0 || !statements.every(isStatement)) {
    throw new ApiError(
      'InvalidPolicyDocument',
      'The policy document needs Statement, each with Effect (Allow or Deny), Action and Principal.',
    );
  }
  return text;
}
