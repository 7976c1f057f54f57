/** A technique's plan when the packet sender sends all of it. */
import type { FlowShape } from '../../infra/model/flow-shape';
import type { ClientResult } from '../probe';
import { senderCommand, type Send } from './sender-order';
import { readSender } from './sender-report';
import { delivered, sendResult, worstOf, type Judge } from './sender-result';
import type { TechniquePlan } from '../technique';

/** One send, what it looks like to the network, and what proves that it got through. */
export interface PlannedSend {
  readonly send: Send;
  readonly shape: FlowShape;
  /** For people, where a technique has several. */
  readonly label?: string;
  /** Without it: bytes back, or all of ours confirmed. */
  readonly judge?: Judge;
}

export interface SenderPlan {
  readonly sends: readonly PlannedSend[];
  /** Bound of all sends together, which go at once. */
  readonly timeoutMs: number;
}

/** Throws a RangeError when an order cannot stand in a script. */
export function senderPlan({ sends, timeoutMs }: SenderPlan): TechniquePlan {
  return {
    flows: sends.map(({ send, shape }) => ({ shape, to: send.to })),
    script: senderCommand({ timeoutMs, sends: sends.map(({ send }) => send) }),
    parse: (output) => {
      const reports = readSender(output, sends.length);
      if ('problem' in reports) return { kind: 'inconclusive', detail: reports.problem };
      return worstOf(
        sends.flatMap((planned, index) => {
          const report = reports[index];
          return report === undefined ? [] : [[labelOf(planned), resultOf(planned, report)] as const];
        }),
      );
    },
  };
}

const resultOf = ({ judge, shape }: PlannedSend, report: Parameters<Judge>[0]): ClientResult =>
  sendResult({ report, judge: judge ?? delivered, shape });

const labelOf = ({ label, send }: PlannedSend): string =>
  label ?? ('port' in send ? `${send.to}:${send.port}` : send.to);
