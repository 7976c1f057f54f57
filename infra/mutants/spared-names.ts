/** Rules whose text lets through other names than its author thought of: what a negation spares, what capitals miss. */
import { editList, suricata } from './firewall-changes';
import type { Mutant, Sketch } from './mutant';

const HEAD = 'tls $HOME_NET any -> $EXTERNAL_NET any';

/** Blocks every name but one, in words that spare others, and then passes whatever has a name. */
const allBut = (condition: string): Mutant['mutate'] =>
  suricata(
    `drop ${HEAD} (tls.sni; ${condition} flow:to_server; sid:5;)`,
    `pass ${HEAD} (tls.sni; content:"."; flow:to_server; sid:7;)`,
  );
const capitals = (condition: string): Mutant['mutate'] =>
  suricata(`pass ${HEAD} (tls.sni; ${condition} flow:to_server; sid:7;)`);

/** What firewall/unlisted-is-dropped must notice. */
export function unlistedNames(): readonly Sketch[] {
  return [
    [
      'F21x',
      'What contains the name is spared, and all that is left passes.',
      'fail',
      'kaggle.com.unlisted-zq7x.invalid',
      allBut('content:!"kaggle.com";'),
    ],
    [
      'F21y',
      'One of two spared ends has no dot before it.',
      'fail',
      'zq7xkaggle.com',
      allBut('content:!".pypi.org"; endswith; content:!"kaggle.com"; endswith;'),
    ],
    [
      'F21z',
      'A suffix in capital letters, which a client may send.',
      'fail',
      'unlisted-zq7x.COM',
      capitals('content:".COM"; endswith;'),
    ],
  ];
}

/** What firewall/allow-list-is-narrow must notice. */
export function broadNames(): readonly Sketch[] {
  return [
    [
      'F09z',
      'A rule for any name, behind one that spares all below a suffix.',
      'fail',
      'unlisted-zq7x.github.io',
      allBut('content:!".github.io"; endswith;'),
    ],
    [
      'F09A',
      'A host that serves everybody by path, in capital letters.',
      'fail',
      'by path',
      capitals('content:"S3.amazonaws.com"; startswith; endswith;'),
    ],
    [
      'F09B',
      "The list opens everybody's buckets at another provider.",
      'fail',
      '.storage.googleapis.com',
      editList({ Targets: ['.storage.googleapis.com'] }),
    ],
    [
      'F09C',
      'The list opens a service that shows its users whatever is sent to their names.',
      'fail',
      '.oastify.com',
      editList({ Targets: ['.oastify.com'] }),
    ],
  ];
}
