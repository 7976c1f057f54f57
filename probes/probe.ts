/**
 * What a probe is: a command that a user of the Studio subnet would run, and a pure parser from its output to
 * what the client saw. How the command gets there is a transport's business (probes/transports); whether the
 * result is good is a check's (suites/egress).
 */
import type { FlowShape } from '../infra/model/flow-shape';

/** What came back from running a command on a vantage point. Text is attacker-controlled: parse strictly, never execute. */
export interface CommandOutput {
  /** The exit code, or null when the command did not finish or its code was lost. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** How a client's attempt ended, as the client itself saw it. Who stopped it is not the client's to say. */
export type ClientResult =
  | { readonly kind: 'succeeded'; readonly detail: string }
  /** No answer within the bound. `stage` is how far the connection came: a drop shows as `tls` or `http`. */
  | {
      readonly kind: 'timed-out';
      readonly stage: 'dns' | 'tcp' | 'tls' | 'http' | 'unknown';
      readonly detail: string;
    }
  | { readonly kind: 'reset'; readonly detail: string }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'no-route'; readonly detail: string }
  | { readonly kind: 'dns-failed'; readonly detail: string }
  /** The server answered, but not as a working target does (certificate, HTTP status, missing repository, …). */
  | { readonly kind: 'rejected-by-target'; readonly detail: string }
  /** Nothing can be said: the tool is missing, the output was lost or could not be read. */
  | { readonly kind: 'inconclusive'; readonly detail: string };

/** A flow that a probe sent: what the model is asked about. */
export interface SentFlow {
  readonly shape: FlowShape;
  /** The address that it went to, as the vantage point resolved it; null where the name did not resolve. */
  readonly address: string | null;
}

/** What a server of the lab saw arrive that carries a probe's nonce: ground truth, where there is such a server. */
export interface Arrival {
  /** ISO 8601 UTC with milliseconds. */
  readonly at: string;
  /** The nonce that its bytes carried. */
  readonly nonce: string;
  /** `tcp`, `udp`, `icmp`, or an IP protocol number. */
  readonly protocol: string;
  /** `address:port`, or an address alone. */
  readonly remote: string;
  readonly local: string;
  /** Payload bytes of this arrival. */
  readonly bytes: number;
}

export interface ProbeParameters {
  /** Lower-case letters and digits only; appears as a DNS label in the marker connection's SNI. */
  readonly nonce: string;
  /** Bound of the client's command. */
  readonly timeoutMs: number;
  /** Whether marker connections go along; a control run needs none. */
  readonly marker: boolean;
}

export interface Probe {
  /** The probe's id in evidence: `wget-kaggle`, `git-clone-github`, …, or a technique of the evasion battery. */
  readonly id: string;
  /** What a user would type, for people: `git clone https://github.com/…`. */
  readonly title: string;
  /** The names that the client connects to, first one first. The firewall's records are looked up by these. */
  readonly names: readonly string[];
  /** The POSIX shell script to run. Built from constants and checked values only. */
  script(parameters: ProbeParameters): string;
  parse(output: CommandOutput): ClientResult;
}

/** A record of the firewall's alert or flow log, strictly parsed from the CloudWatch event. */
export interface FirewallRecord {
  readonly firewallName: string;
  readonly availabilityZone: string;
  /** When the firewall saw the packet, ISO 8601 UTC with milliseconds. */
  readonly at: string;
  /** When CloudWatch Logs took the record in, ISO 8601. */
  readonly ingestedAt: string | null;
  readonly eventType: 'alert' | 'netflow' | 'other';
  readonly protocol: string;
  readonly sourceIp: string;
  readonly sourcePort: number | null;
  readonly destinationIp: string;
  readonly destinationPort: number | null;
  /** Of a netflow record: when its flow began, ISO 8601; else null. */
  readonly flowStartedAt: string | null;
  /** `alert.action`: `blocked` or `allowed`. Only `verdict` says what became of the packet. */
  readonly action: string | null;
  /** `verdict.action`: `drop`, `pass`, `alert`; null where the record has none. */
  readonly verdict: string | null;
  readonly signature: string | null;
  readonly signatureId: number | null;
  readonly sni: string | null;
  readonly httpHost: string | null;
  /** The log event as it came, for the report. */
  readonly raw: string;
}

/** How a record was tied to a probe. Only `nonce` is beyond doubt. */
export type Correlation = 'nonce' | 'name-and-time' | 'destination-and-time';

export interface TiedRecord {
  readonly by: Correlation;
  readonly record: FirewallRecord;
}

/** What one vantage point saw of one probe, with the firewall's records that belong to it. */
export interface Observation {
  readonly probe: string;
  readonly title: string;
  readonly names: readonly string[];
  /** `studio` from inside the Studio subnet, `control` from outside the firewall. */
  readonly vantage: 'studio' | 'control';
  /** Where it ran: `ssm:i-0123…`, `local`. */
  readonly host: string;
  readonly nonce: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly command: string;
  readonly result: ClientResult;
  /** What the transport did to deliver the command (never retried for the verdict). */
  readonly deliveryAttempts: number;
  readonly output: { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string };
  readonly firewallRecords: readonly TiedRecord[];
  /** What was sent, for the model's prediction; empty where that is not known. */
  readonly flows: readonly SentFlow[];
  /** What the server saw of it; null where no server of the lab keeps watch. */
  readonly arrivals: readonly Arrival[] | null;
}

/** Whether the firewall's log can be trusted to be complete for the time of the probes. */
export type LogCompleteness =
  /** A sentinel sent after the last probe has arrived, so what is absent is absent. */
  | {
      readonly status: 'complete';
      readonly waitedMs: number;
      readonly sentinelNonce: string;
      /** When the last sentinel was seen to have arrived, from the same beginning; what is missing was waited for from then to the end. */
      readonly sentinelsAtMs?: number;
    }
  | { readonly status: 'incomplete'; readonly waitedMs: number; readonly because: string };

/** A technique of the battery that was not sent. */
export interface NotSent {
  readonly technique: string;
  /** `not-known` where what decides whether it applies was not read. */
  readonly applies: 'no' | 'not-known';
  readonly because: string;
}

/** Everything the live part of a run saw, or why there was none. */
/** One flush of one endpoint's flows, for the evidence. */
export interface FlowFlush {
  readonly firewallArn: string;
  /** An Availability Zone, or the ARN of a VPC endpoint association; null where the firewall was not known. */
  readonly scope: string | null;
  /** CIDR blocks whose flows, as sources, were to be forgotten. */
  readonly sources: readonly string[];
  readonly flowOperationId: string | null;
  /** AWS's own word; `NOT_KNOWN` where none came. Only `COMPLETED` is a flush. */
  readonly status: string;
  /** Why it is not COMPLETED, as a sentence; null where it is. */
  readonly because: string | null;
}

export type LiveEvidence =
  | { readonly status: 'not-run'; readonly because: string }
  | {
      readonly status: 'run';
      readonly observations: readonly Observation[];
      /** Of the ALERT log. */
      readonly log: LogCompleteness;
      /** Of the FLOW log: its sentinel is a short allowed connection, for a dropped one is on record only when it times out. */
      readonly flowLog: LogCompleteness;
      /** Techniques of the battery that were not sent, and why. */
      readonly notSent: readonly NotSent[];
      /** Only where flows were to be flushed before the probes. */
      readonly flowFlushes?: readonly FlowFlush[];
    };
