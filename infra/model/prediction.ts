/** What the deployed configuration implies for one flow from a Studio subnet: the "would" of the three answers. */

/** Who stops a flow, in the order in which a packet meets them. */
export type Blocker = 'dns' | 'security-group' | 'network-acl' | 'no-route' | 'firewall';

/** The rule that decides, as a reader finds it again. */
export interface DecidingRule {
  /** Security group, network ACL, route table, rule group or firewall policy: id or ARN. */
  readonly resource: string;
  /** The rule itself: `sid 4`, `rule 3`, `line 12`, `aws:drop_established`, a list's entry. */
  readonly rule: string;
}

export type Prediction =
  /** The client's bytes reach the destination and answers come back. */
  | { readonly outcome: 'open'; readonly because: string; readonly rule: DecidingRule | null }
  /** Bytes leave, or come in, one way before the flow is stopped. */
  | {
      readonly outcome: 'leaks';
      readonly by: Blocker;
      readonly because: string;
      readonly rule: DecidingRule | null;
    }
  | {
      readonly outcome: 'blocked';
      readonly by: Blocker;
      readonly how: 'drop' | 'reject';
      /** Whether the firewall's alert log has it; null where that cannot be told, and for what the firewall never sees. */
      readonly logged: boolean | null;
      readonly because: string;
      readonly rule: DecidingRule | null;
    }
  | { readonly outcome: 'undecided'; readonly because: string };
