/** What AWS::NetworkFirewall rule groups and policies hold, as the template reference's property types have it. */
import { flag, integer, list, mapOf, object, oneOf, required, text } from '../property-shape';

const definition = required(list(text));
const ipSets = mapOf(object({ Definition: definition }));

const customAction = object({
  ActionName: required(text),
  ActionDefinition: required(
    object({
      PublishMetricAction: object({ Dimensions: required(list(object({ Value: required(text) }))) }),
    }),
  ),
});

const portRange = object({ FromPort: required(integer), ToPort: required(integer) });
const address = object({ AddressDefinition: required(text) });
const tcpFlag = oneOf('FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR');

const statelessRule = object({
  Priority: required(integer),
  RuleDefinition: required(
    object({
      Actions: required(list(text)),
      MatchAttributes: required(
        object({
          Sources: list(address),
          Destinations: list(address),
          SourcePorts: list(portRange),
          DestinationPorts: list(portRange),
          Protocols: list(integer),
          TCPFlags: list(object({ Flags: required(list(tcpFlag)), Masks: list(tcpFlag) })),
        }),
      ),
    }),
  ),
});

const statefulRule = object({
  Action: required(oneOf('PASS', 'DROP', 'ALERT', 'REJECT')),
  Header: required(
    object({
      Protocol: required(
        oneOf(
          'IP',
          'TCP',
          'UDP',
          'ICMP',
          'HTTP',
          'FTP',
          'TLS',
          'SMB',
          'DNS',
          'DCERPC',
          'SSH',
          'SMTP',
          'IMAP',
          'MSN',
          'KRB5',
          'IKEV2',
          'TFTP',
          'NTP',
          'DHCP',
          'HTTP2',
          'QUIC',
        ),
      ),
      Source: required(text),
      SourcePort: required(text),
      Direction: required(oneOf('FORWARD', 'ANY')),
      Destination: required(text),
      DestinationPort: required(text),
    }),
  ),
  RuleOptions: required(list(object({ Keyword: required(text), Settings: list(text) }))),
});

const ruleOrder = oneOf('DEFAULT_ACTION_ORDER', 'STRICT_ORDER');

export const ruleGroupShape = object({
  ReferenceSets: object({ IPSetReferences: mapOf(object({ ReferenceArn: text })) }),
  RuleVariables: object({ IPSets: ipSets, PortSets: mapOf(object({ Definition: definition })) }),
  RulesSource: required(
    object({
      RulesSourceList: object({
        GeneratedRulesType: required(oneOf('ALLOWLIST', 'DENYLIST', 'REJECTLIST', 'ALERTLIST')),
        TargetTypes: required(list(oneOf('TLS_SNI', 'HTTP_HOST'))),
        Targets: required(list(text)),
      }),
      RulesString: text,
      StatefulRules: list(statefulRule),
      StatelessRulesAndCustomActions: object({
        StatelessRules: required(list(statelessRule)),
        CustomActions: list(customAction),
      }),
    }),
  ),
  StatefulRuleOptions: object({ RuleOrder: ruleOrder }),
});

export const firewallPolicyShape = object({
  EnableTLSSessionHolding: flag,
  PolicyVariables: object({ RuleVariables: ipSets }),
  StatefulDefaultActions: list(text),
  StatefulEngineOptions: object({
    FlowTimeouts: object({ TcpIdleTimeoutSeconds: integer }),
    RuleOrder: ruleOrder,
    StreamExceptionPolicy: oneOf('DROP', 'CONTINUE', 'REJECT'),
  }),
  StatefulRuleGroupReferences: list(
    object({
      ResourceArn: required(text),
      Priority: integer,
      Override: object({ Action: oneOf('DROP_TO_ALERT') }),
      DeepThreatInspection: flag,
    }),
  ),
  StatelessCustomActions: list(customAction),
  StatelessDefaultActions: required(list(text)),
  StatelessFragmentDefaultActions: required(list(text)),
  StatelessRuleGroupReferences: list(object({ ResourceArn: required(text), Priority: required(integer) })),
  TLSInspectionConfigurationArn: text,
});

/** CloudFormation writes LogDestination as a free map: `logGroup`, `bucketName` and `prefix`, or `deliveryStream`. */
export const loggingConfigurationShape = object({
  LogDestinationConfigs: required(
    list(
      object({
        LogType: required(oneOf('ALERT', 'FLOW', 'TLS')),
        LogDestinationType: required(oneOf('S3', 'CloudWatchLogs', 'KinesisDataFirehose')),
        LogDestination: required(mapOf(text)),
      }),
    ),
  ),
});

export const subnetMapping = object({
  SubnetId: required(text),
  IPAddressType: oneOf('DUALSTACK', 'IPV4', 'IPV6'),
});
