/**
 * A firewall record without a name is tied to a technique by address, protocol and port, and only where no other technique
 * went there (probes/firewall-log/correlate.ts). So techniques that show no name must not meet.
 */
import { lookUp } from '../../infra/lab/network/internet/zone';
import type { PlannedFlow, Technique, TechniqueContext } from '../technique';
import { HOSTS_ON_443, PUBLIC_TARGETS } from './public-targets';
import { TECHNIQUES } from './techniques';

const CONTEXT: TechniqueContext = {
  nonce: '0123456789abcdef',
  timeoutMs: 8000,
  allowedName: 'www.kaggle.com',
  deniedName: 'example.com',
  listener: 'portquiz.net',
  ipv6: true,
  neighbours: ['10.2.1.5', '10.2.2.5'],
  region: 'eu-west-1',
};
const OWN_LISTENER = 'listener.example.net';

interface Sent {
  readonly technique: string;
  readonly destination: string;
  readonly isNamed: boolean;
}

/** Whether a record of the flow is sure to have its name: the firewall has seen a whole hello, or a request, with one. */
const isNamed = ({ shape }: PlannedFlow): boolean =>
  shape.name !== null && !shape.fragmented && (shape.application === 'http' || !isCut(shape.hello));

const isCut = (hello: string | null): boolean => hello !== null && hello !== 'whole';

function sentBy(
  techniques: readonly Technique[],
  { context, addressOf }: { readonly context: TechniqueContext; readonly addressOf: (to: string) => string },
): readonly Sent[] {
  return techniques.flatMap((technique) => {
    const plan = technique.plan(context);
    if (!('flows' in plan)) return [];
    return plan.flows.map((flow) => ({
      technique: technique.id,
      destination: `${addressOf(flow.to)} ${flow.shape.protocolNumber} ${flow.shape.port}`,
      isNamed: isNamed(flow),
    }));
  });
}

/** Destinations of a flow without a name to which another technique sends as well. */
function shared(sent: readonly Sent[]): readonly string[] {
  return sent
    .filter((one) => !one.isNamed)
    .flatMap((one) =>
      sent
        .filter((other) => other.technique !== one.technique && other.destination === one.destination)
        .map((other) => `${one.destination}: ${one.technique} and ${other.technique}`),
    );
}

// What must get through is answered, so no record has to tell it from others; every name that is allowed leads there.
const DENIED = TECHNIQUES.filter(({ expect: outcome }) => outcome === 'denied');
const BY_NAME = (to: string): string => to;
const IN_THE_LAB = (to: string): string => lookUp(to) ?? to;

test.each([
  ['by name', CONTEXT, BY_NAME],
  ['in the lab', CONTEXT, IN_THE_LAB],
  ['with a listener of the owner’s', { ...CONTEXT, listener: OWN_LISTENER }, BY_NAME],
  ['without an allowed name', { ...CONTEXT, allowedName: null }, IN_THE_LAB],
])('nobody else goes where a technique sends a flow that shows no name, %s', (_title, context, addressOf) => {
  const sent = sentBy(DENIED, { context, addressOf });
  expect(sent.filter((one) => !one.isNamed).length).toBeGreaterThan(50);
  expect(shared(sent)).toEqual([]);
});

test('the test can fail: two techniques at one listener', () => {
  const again = { ...named('raw-tcp'), id: 'raw-tcp-again' };
  const sent = sentBy([named('raw-tcp'), again], { context: CONTEXT, addressOf: BY_NAME });
  expect(shared(sent)[0]).toBe('portquiz.net 6 9000: raw-tcp and raw-tcp-again');
});

test('each host on 443 is of one technique, and no listener is asked there', () => {
  const context = { ...CONTEXT, listener: OWN_LISTENER };
  const on443 = sentBy(TECHNIQUES, { context, addressOf: BY_NAME }).filter(({ destination }) =>
    destination.endsWith(' 6 443'),
  );
  const users = Object.values(HOSTS_ON_443).map((host) => [
    host,
    new Set(on443.filter((one) => one.destination === `${host} 6 443`).map(({ technique }) => technique))
      .size,
  ]);
  expect(users).toEqual(Object.values(HOSTS_ON_443).map((host) => [host, 1]));
  expect(on443.filter(({ destination }) => destination.startsWith(OWN_LISTENER))).toEqual([]);
});

test('the lab has every public target', () => {
  const names = [...Object.values(HOSTS_ON_443), ...sentNames()];
  expect(names.filter((name) => lookUp(name) === null)).toEqual([]);
});

function sentNames(): readonly string[] {
  const { ntp, smtp, smtpGreeting, ftp, ssh, sshGreeting, http, quic } = PUBLIC_TARGETS;
  return [ntp, smtp, smtpGreeting, ftp, ssh, sshGreeting, http, quic];
}

function named(id: string): Technique {
  const found = TECHNIQUES.find((technique) => technique.id === id);
  if (found === undefined) throw new Error(`no technique ${id}`);
  return found;
}
