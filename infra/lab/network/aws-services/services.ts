/**
 * AWS's services as hosts in the VPC meet them: the resolver with its DNS Firewall, and HTTPS on the addresses of
 * interface and gateway endpoints, where an unsigned request is refused as AWS refuses it.
 */
import type { LabState } from '../../state';
import { SERVER_SOURCES, witnessOf } from '../internet/internet';
import type { InternetWitness } from '../network';
import type { Pki } from '../pki';
import { recentWitnesses } from '../recent-witnesses';
import type { Sandbox } from '../sandbox';
import { startServer } from '../server-process';
import { servicesConfiguration } from './services-configuration';

export interface AwsServices {
  running(): boolean;
  /** Take over what the state says now; resolves when the services answer by it. */
  apply(state: LabState): Promise<void>;
  /** What of the resolver's rules is not applied, one sentence each. */
  notEmulated(): readonly string[];
  /** What arrived at the services: DNS questions, TLS hellos, HTTP requests. */
  witnesses(): readonly InternetWitness[];
  stop(): Promise<void>;
}

export interface StartAwsServicesOptions {
  readonly sandbox: Sandbox;
  readonly namespace: string;
  /** Needed only once the process runs. */
  readonly pki: Pki | Promise<Pki>;
  readonly state: LabState;
}

const SOURCES = [
  'aws-services/server.ts',
  'aws-services/forwarder.ts',
  'aws-services/resolver.ts',
  'aws-services/s3-endpoint-policy.ts',
  ...SERVER_SOURCES,
];

/** Start the services; resolves when they listen. They can be started before their addresses are there. */
export async function startAwsServices({
  sandbox,
  namespace,
  pki,
  state,
}: StartAwsServicesOptions): Promise<AwsServices> {
  const witnesses = recentWitnesses();
  let notEmulated: readonly string[] = [];
  const server = await startServer({
    sandbox,
    namespace,
    sources: SOURCES,
    onMessage: (message) => {
      // Nonces that come here have not reached the internet.
      if (message.type !== 'arrival') witnesses.add(witnessOf(message));
    },
  });
  const { certPath, keyPath } = await pki;
  const apply = async (next: LabState): Promise<void> => {
    const compiled = servicesConfiguration(next);
    await server.ask({ certPath, keyPath, configuration: compiled.configuration });
    notEmulated = compiled.notEmulated;
  };
  await apply(state);
  return {
    running: () => server.running(),
    apply,
    notEmulated: () => notEmulated,
    witnesses: () => witnesses.all(),
    stop: async () => server.stop(),
  };
}
