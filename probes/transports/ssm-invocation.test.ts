import type { GetCommandInvocationResult } from '@aws-sdk/client-ssm';
import { commandOutput } from './ssm-invocation';
import { TransportError } from './transport';

const invocation = (more: Partial<GetCommandInvocationResult>): GetCommandInvocationResult => ({
  Status: 'Success',
  StatusDetails: 'Success',
  ResponseCode: 0,
  StandardOutputContent: 'out\n',
  StandardErrorContent: '',
  ...more,
});
const STARTED = '2026-01-01T00:00:00.000Z';

test.each([
  ['Success', 0, 0],
  ['Failed', 7, 7],
  ['ExecutionTimedOut', 137, null],
] as const)('%s is an answer', (StatusDetails, ResponseCode, exitCode) => {
  expect(commandOutput(invocation({ StatusDetails, ResponseCode }), STARTED)).toMatchObject({ exitCode });
});

test.each([
  ['DeliveryTimedOut', 'TimedOut', 'did not take it in time'],
  ['Undeliverable', 'Failed', 'could not hand it to the host'],
  ['Terminated', 'Failed', 'before its turn'],
  ['InvalidPlatform', 'Failed', 'platform'],
  ['AccessDenied', 'Failed', 'instance profile'],
  ['Cancelled', 'Cancelled', 'somebody cancelled it'],
  ['Something new', 'Failed', 'Something new'],
] as const)('%s is none, and says why', (StatusDetails, Status, words) => {
  const read = () => commandOutput(invocation({ Status, StatusDetails, ResponseCode: -1 }), STARTED);
  expect(read).toThrow(TransportError);
  expect(read).toThrow(words);
});

test.each([undefined, -1])('an exit code %s was lost', (ResponseCode) => {
  expect(() => commandOutput(invocation({ ResponseCode }), STARTED)).toThrow('does not tell');
});

test.each([
  ['of 24,000 characters', 'x'.repeat(24_000)],
  ['with the mark of a cut', `x\n---Output truncated---`],
])('an output %s may lack its end, so it is none', (_case, StandardOutputContent) => {
  expect(() => commandOutput(invocation({ StandardOutputContent }), STARTED)).toThrow('24,000');
});

test('one that is shorter is whole', () => {
  const StandardOutputContent = 'x'.repeat(23_999);
  expect(commandOutput(invocation({ StandardOutputContent }), STARTED).stdout).toHaveLength(23_999);
});
