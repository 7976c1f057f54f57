/** Allow lists that look broad and keep to one owner's names, or open nothing. */
import { editList, suricata } from './firewall-changes';
import type { Harmless } from './mutant';

/** Variations of the allow list that are as narrow as the reference's. */
export function breadthHarmless(): readonly Harmless[] {
  const tls = (options: string): string =>
    `pass tls $HOME_NET any -> $EXTERNAL_NET 443 (${options} flow:to_server, established; sid:1;)`;
  return [
    {
      id: 'H50',
      variation: "Domains below suffixes of several labels, each one owner's.",
      mutate: editList({
        Targets: [
          '.kaggle.com',
          '.kaggle.co.uk',
          '.kaggle.github.io',
          '.city.kawasaki.jp',
          '.studio-data.s3.us-east-1.amazonaws.com',
          '.111122223333.dkr.ecr.us-east-1.amazonaws.com',
          '.xn--bcher-kva.de',
          '.google.com',
          '.pypi.org',
          '.files.pythonhosted.org',
          '.Anaconda.com',
        ],
      }),
    },
    {
      id: 'H51',
      variation: 'Single hosts, of which some are suffixes themselves and some are of AWS.',
      mutate: editList({
        Targets: [
          'kaggle.com',
          'github.io',
          'co.uk',
          'api.sagemaker.us-east-1.amazonaws.com',
          'iam.amazonaws.com',
        ],
      }),
    },
    {
      id: 'H52',
      variation: 'A suffix is denied and alerted on, not allowed.',
      mutate: suricata(
        'drop tls any any -> any any (tls.sni; dotprefix; content:".github.io"; endswith; sid:3;)',
        'alert tls any any -> any any (tls.sni; content:".com"; endswith; sid:4;)',
        tls('tls.sni; dotprefix; content:".kaggle.com"; nocase; endswith;'),
      ),
    },
    {
      id: 'H53',
      variation: 'A rule without a name, behind one that drops whatever has another name or none.',
      mutate: suricata(
        'drop tls any any -> any any (tls.sni; content:!"kaggle.com"; sid:5;)',
        tls('tls.sni; content:"kaggle.com"; startswith; endswith;'),
      ),
    },
    {
      id: 'H54',
      variation: 'TLS without a name to one address, and a suffix for another network.',
      mutate: suricata(
        'pass tls $HOME_NET any -> 162.159.200.1 443 (flow:to_server; sid:6;)',
        'pass tls 192.168.0.0/16 any -> $EXTERNAL_NET 443 (tls.sni; content:".com"; endswith; flow:to_server; sid:8;)',
        tls('tls.sni; content:"kaggle.com"; startswith; endswith;'),
      ),
    },
    {
      id: 'H55',
      variation: 'A condition that is not evaluated, beside a name that is narrow anyway.',
      mutate: suricata(tls('tls.sni; content:".kaggle.com"; endswith; tls.version:1.3;')),
    },
  ];
}
