/**
 * What a client of the catalogue is pointed at, and the id by which evidence, intent and firewall log name that. An id
 * says all that the probe needs, so that it can be made again from the id alone.
 */
import { checkedName } from './dns-name';

export type Client = 'wget' | 'git' | 'pip';

export type ClientTarget =
  /** `path` begins with a slash, or is empty for the site itself. */
  | { readonly client: 'wget'; readonly name: string; readonly path: string }
  | { readonly client: 'git'; readonly name: string; readonly path: string }
  /** A project of PyPI, in its normal spelling. */
  | { readonly client: 'pip'; readonly project: string };

/** The targets that have a short id: the walkthrough's commands, and a name that nobody needs. */
export const STORY: readonly (readonly [id: string, target: ClientTarget])[] = [
  ['wget-kaggle', { client: 'wget', name: 'kaggle.com', path: '' }],
  [
    'git-clone-github',
    {
      client: 'git',
      name: 'github.com',
      path: '/aws-samples/amazon-sagemaker-studio-vpc-networkfirewall.git',
    },
  ],
  ['pip-install-pypi', { client: 'pip', project: 'scikit-learn' }],
  ['wget-example', { client: 'wget', name: 'example.com', path: '' }],
];

const MAX_PATH_CHARACTERS = 200;
// No dot first: a segment of dots would lead elsewhere. No escapes, no query: the path stands in a shell script.
const PATH = /^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+\/?$/;
const HTTPS = 'https://';

// PyPA specification, "Names and normalization": the letters a project's name may have, and its one normal spelling.
const PROJECT = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const MAX_PROJECT_CHARACTERS = 100;

const PREFIX = { wget: 'wget-', git: 'git-clone-', pip: 'pip-install-pypi/' } as const;

/** The id of the probe that tries a target. Throws a RangeError for a target that may not stand in a script. */
export function probeId(target: ClientTarget): string {
  const checked = checkedTarget(target);
  const known = STORY.find(([, one]) => JSON.stringify(one) === JSON.stringify(checked));
  if (known !== undefined) return known[0];
  return checked.client === 'pip'
    ? `${PREFIX.pip}${checked.project}`
    : `${PREFIX[checked.client]}${checked.name}${checked.path}`;
}

/** The target that an id names. Throws a RangeError for an id that is no probe's. */
export function targetOf(id: string): ClientTarget {
  const known = STORY.find(([one]) => one === id);
  if (known !== undefined) return known[1];
  const target = (['pip', 'git', 'wget'] as const).find((client) => id.startsWith(PREFIX[client]));
  if (target === undefined) throw new RangeError(`there is no probe ${JSON.stringify(id.slice(0, 100))}`);
  const rest = id.slice(PREFIX[target].length);
  if (target === 'pip') return checkedTarget({ client: 'pip', project: rest });
  const slash = rest.indexOf('/');
  const [name, path] = slash < 0 ? [rest, ''] : [rest.slice(0, slash), rest.slice(slash)];
  return checkedTarget({ client: target, name, path });
}

/** An `https://` address without port, query and escapes as name and path. Throws a RangeError for any other. */
export function webAddress(url: string): { readonly name: string; readonly path: string } {
  if (!url.startsWith(HTTPS))
    throw new RangeError(`${JSON.stringify(url.slice(0, 100))} does not begin with ${HTTPS}`);
  const rest = url.slice(HTTPS.length);
  const slash = rest.indexOf('/');
  const [name, path] = slash < 0 ? [rest, ''] : [rest.slice(0, slash), rest.slice(slash)];
  return { name: checkedName(name), path: path === '/' ? '' : checkedPath(path) };
}

/** A project's name in PyPA's normal spelling: `Scikit_Learn` is `scikit-learn`. Throws a RangeError for no such name. */
export function normalProject(name: string): string {
  return checkedProject(name.toLowerCase().replace(/[-_.]+/g, '-'));
}

function checkedTarget(target: ClientTarget): ClientTarget {
  if (target.client === 'pip') return { client: 'pip', project: checkedProject(target.project) };
  const { client, name, path } = target;
  if (client === 'git' && path === '')
    throw new RangeError(`a repository has a path: ${JSON.stringify(name.slice(0, 100))} has none`);
  return { client, name: checkedName(name), path: checkedPath(path) };
}

/** The path itself, when it is safe in a shell script. Throws a RangeError otherwise. */
export function checkedPath(path: string): string {
  if (path !== '' && (path.length > MAX_PATH_CHARACTERS || !PATH.test(path)))
    throw new RangeError(`${JSON.stringify(path.slice(0, 100))} is not a plain path of letters and digits`);
  return path;
}

/** The project's name itself, when it is in PyPA's normal spelling. Throws a RangeError otherwise. */
export function checkedProject(name: string): string {
  if (name.length > MAX_PROJECT_CHARACTERS || !PROJECT.test(name))
    throw new RangeError(
      `${JSON.stringify(name.slice(0, 100))} is not a project's name in its normal spelling`,
    );
  return name;
}
