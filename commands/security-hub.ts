/**
 * `report --send-security-hub`: imports the findings into AWS Security Hub of the account that was verified. It writes to
 * that account, so it is done only when asked for, and said before.
 */
import type { BatchImportFindingsResponse } from '@aws-sdk/client-securityhub';
import { awsConnection, securityHubClient } from '../infra/snapshot/clients';
import { retrying } from '../infra/snapshot/retry';
import { asffOf } from '../reports/asff';
import type { Evidence } from '../suites/evidence';
import { UsageError } from './usage-error';

export interface SendOptions {
  readonly evidence: Evidence;
  readonly profile: string | null;
  readonly announce: (text: string) => void;
}

/** Of the findings that were refused, as many are named. */
const NAMED = 3;

/** Throws a UsageError where nothing can be sent, a call fails, or Security Hub refuses a finding. Returns how many it took. */
export async function sendToSecurityHub({ evidence, profile, announce }: SendOptions): Promise<number> {
  const { kind, region } = evidence.run.target;
  if (kind !== 'aws')
    throw new UsageError(
      `--send-security-hub: this run was about a ${kind}, and only what was read from an account is sent to it`,
    );
  const { batches, statement } = asffOf(evidence);
  if (batches.length === 0) throw new UsageError(`--send-security-hub: ${statement}`);
  const client = await securityHubClient(await awsConnection({ region, profile }));
  const {
    BatchImportFindingsCommand,
  }: typeof import('@aws-sdk/client-securityhub') = require('@aws-sdk/client-securityhub');
  announce(
    `Sending to Security Hub in ${region}: ${statement} ${batches.length} calls of securityhub:BatchImportFindings.`,
  );
  let taken = 0;
  const refused: string[] = [];
  try {
    for (const batch of batches) {
      const command = new BatchImportFindingsCommand({ Findings: [...batch] });
      // A finding that is imported twice is one finding: its Id is its own (BatchImportFindings, API reference).
      const answer = await retrying((abortSignal) => client.send(command, { abortSignal }));
      taken += answer.SuccessCount ?? 0;
      refused.push(...refusals(answer));
    }
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new UsageError(
      `--send-security-hub: securityhub:BatchImportFindings failed after ${taken} findings (${reason})`,
      { cause: error },
    );
  } finally {
    client.destroy();
  }
  const sent = batches.flat().length;
  if (refused.length > 0 || taken !== sent)
    throw new UsageError(
      `--send-security-hub: Security Hub took ${taken} of ${sent} findings${refused.length === 0 ? '' : `; ${refused.slice(0, NAMED).join('; ')}`}`,
    );
  return taken;
}

const refusals = ({ FailedFindings = [] }: BatchImportFindingsResponse): readonly string[] =>
  FailedFindings.map(({ Id, ErrorCode, ErrorMessage }) => `${Id}: ${ErrorCode} ${ErrorMessage}`);
