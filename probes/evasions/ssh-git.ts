import { gitOverSsh, ssh } from './client-programs';
import { tcpBytes } from './planned-sends';
import { PUBLIC_TARGETS } from './public-targets';
import { withClients } from './real-client';
import { senderPlan } from '../sender/sender-plan';
import { sshOpening } from '../payloads/ssh-opening';
import type { Technique } from '../technique';

/**
 * As far as `git clone git@github.com:…` comes without a key. The greeting alone is no proof, for it comes before a firewall
 * sees a byte of ours (lab.md 6); the server's part of the key exchange is.
 */
export const sshGit: Technique = {
  id: 'ssh-git',
  title: 'ssh to port 22, as git clone git@github.com does',
  risk: 'allow lists judge TLS and HTTP only, and ssh pushes and tunnels anything',
  closedBy: 'Strict order with aws:drop_established, or a security group without port 22.',
  expect: 'denied',
  plan: ({ nonce, timeoutMs }) => {
    const to = PUBLIC_TARGETS.ssh;
    const plan = senderPlan({
      timeoutMs,
      sends: [
        tcpBytes({
          to,
          port: 22,
          bytes: sshOpening(nonce),
          send: { greeting: true },
          shape: { application: 'ssh', firstSpeaker: 'server' },
        }),
      ],
    });
    const clients = [ssh({ to, timeoutMs }), gitOverSsh({ to, nonce, timeoutMs })];
    return withClients(plan, { clients, expect: 'denied' });
  },
};
