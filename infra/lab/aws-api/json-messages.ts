/** What surrounds the values of the JSON protocols: request bodies, answers and errors. */
import type { ErrorAnswer } from './error-answer';
import { ApiError } from './handler';
import type { Answer } from './wire';

/** The body's text, once it is sure to be one JSON object; an empty body stands for an empty object. */
export function jsonObjectText(body: Uint8Array): string {
  const text = new TextDecoder().decode(body).trim();
  if (text === '') return '{}';
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return text;
  } catch {
    // Answered below, as for any body that is no object.
  }
  throw new ApiError('SerializationException', 'The request body is not a JSON object');
}

export function jsonAnswer({
  contentType,
  requestId,
  text,
}: {
  contentType: string;
  requestId: string;
  text: string;
}): Answer {
  return { status: 200, headers: { 'content-type': contentType, 'x-amzn-requestid': requestId }, body: text };
}

export interface JsonError {
  readonly error: ErrorAnswer;
  /** The modelled exception's members as JSON text. */
  readonly modelled: string;
  readonly contentType: string;
  readonly requestId: string;
  readonly namespace: string;
}

export function jsonError({ error, modelled, contentType, requestId, namespace }: JsonError): Answer {
  const members: Readonly<Record<string, unknown>> = JSON.parse(modelled);
  const capital = [...(error.schema?.structIterator() ?? [])].some(([name]) => name === 'Message')
    ? { Message: error.message }
    : {};
  return {
    status: error.status,
    headers: {
      'content-type': contentType,
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': error.code,
      ...error.headers,
    },
    body: JSON.stringify({
      ...members,
      ...capital,
      __type: `${namespace}#${error.code}`,
      message: error.message,
    }),
  };
}
