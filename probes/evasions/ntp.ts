import { udpBytes } from './planned-sends';
import { PUBLIC_TARGETS } from './public-targets';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

const PACKET_BYTES = 48;
const TRANSMIT_TIMESTAMP = 40;
/** Version 4, client (RFC 5905, 7.3). */
const VERSION_4_CLIENT = 0x23;

/** The nonce's 16 hexadecimal digits are the eight bytes of the transmit timestamp. */
function ntpRequest(nonce: string): Buffer {
  const packet = Buffer.alloc(PACKET_BYTES);
  packet[0] = VERSION_4_CLIENT;
  Buffer.from(nonce, 'hex').copy(packet, TRANSMIT_TIMESTAMP);
  return packet;
}

export const ntp: Technique = {
  id: 'ntp',
  title: 'NTP to a public time server',
  risk: 'eight bytes a packet go out, and nobody looks at the clock',
  closedBy:
    'Strict order with aws:drop_established, or security groups without UDP 123; the VPC has time of its own at 169.254.169.123.',
  expect: 'denied',
  plan: ({ nonce, timeoutMs }) =>
    senderPlan({
      timeoutMs,
      sends: [
        udpBytes({
          to: PUBLIC_TARGETS.ntp,
          port: 123,
          bytes: ntpRequest(nonce),
          shape: { application: 'ntp' },
        }),
      ],
    }),
};
