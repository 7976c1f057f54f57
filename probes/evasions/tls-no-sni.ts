import { openssl } from './client-programs';
import { helloTo } from './planned-sends';
import { HOSTS_ON_443 } from './public-targets';
import { withClients } from './real-client';
import { senderPlan } from '../sender/sender-plan';
import type { Technique } from '../technique';

export const tlsNoSni: Technique = {
  id: 'tls-no-sni',
  title: 'TLS without a server name, as to a bare address',
  risk: 'rules that match names say nothing of a connection that has none',
  closedBy:
    'A default action that drops what no rule passes (aws:drop_established), or a drop of TLS without SNI.',
  expect: 'denied',
  plan: ({ nonce, timeoutMs }) => {
    const to = HOSTS_ON_443.tlsNoSni;
    const plan = senderPlan({ timeoutMs, sends: [helloTo({ to, port: 443, nonce, names: [] })] });
    return withClients(plan, { clients: [openssl({ to, timeoutMs })], expect: 'denied' });
  },
};
