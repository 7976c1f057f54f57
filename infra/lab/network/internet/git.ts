/**
 * git over HTTP (gitprotocol-http), served by git itself: `git upload-pack` on a bare repository with one commit, made
 * at the first request. Runs in a server process.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { createGunzip } from 'node:zlib';

export interface GitServer {
  /** Serve the request if it is for the repository; false otherwise. */
  serve(
    request: IncomingMessage,
    response: ServerResponse,
    pathname: string,
    service: string | null,
  ): boolean;
}

export interface GitServerOptions {
  /** Path of the repository in the URL: `/owner/name.git`. */
  readonly repositoryPath: string;
  /** Where the repository is made. */
  readonly folder: string;
}

const SESSION_TIMEOUT_MS = 30_000;
const MESSAGE = 'First commit.\n';
const README = "# The lab's copy of amazon-sagemaker-studio-vpc-networkfirewall\n";
const COMMIT = [
  'commit refs/heads/main',
  'committer Studio Egress Lab <lab@example.com> 1700000000 +0000',
  `data ${MESSAGE.length}`,
  MESSAGE,
  'M 100644 inline README.md',
  `data ${README.length}`,
  README,
].join('\n');

export function gitServer({ repositoryPath, folder }: GitServerOptions): GitServer {
  const repository = path.join(folder, 'repository.git');
  const git = (argv: readonly string[], protocol = ''): ChildProcess =>
    spawn('git', argv, {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'safe.directory',
        GIT_CONFIG_VALUE_0: '*',
        GIT_PROTOCOL: protocol,
      },
    });
  let made: Promise<void> | null = null;
  const make = async (): Promise<void> => {
    await finished(git(['init', '--quiet', '--bare', '--initial-branch=main', repository]));
    const load = git(['-C', repository, 'fast-import', '--quiet']);
    load.stdin?.end(COMMIT);
    await finished(load);
  };

  const run = (request: IncomingMessage, response: ServerResponse, advertise: boolean): void => {
    // A protocol version such as `version=2`; anything else is not handed on to a process.
    const asked = request.headers['git-protocol'];
    const protocol = typeof asked === 'string' && /^[a-z0-9=:.-]{1,64}$/i.test(asked) ? asked : '';
    const kind = advertise ? 'advertisement' : 'result';
    response.setHeader('Content-Type', `application/x-git-upload-pack-${kind}`);
    response.setHeader('Cache-Control', 'no-cache');
    if (advertise) response.write('001e# service=git-upload-pack\n0000');
    const argv = ['upload-pack', '--stateless-rpc', ...(advertise ? ['--advertise-refs'] : []), repository];
    const session = git(argv, protocol);
    const timer = setTimeout(() => session.kill('SIGKILL'), SESSION_TIMEOUT_MS);
    session.once('close', () => clearTimeout(timer));
    session.once('error', () => response.destroy());
    session.stdin?.on('error', () => {});
    request.once('aborted', () => session.kill('SIGKILL'));
    if (session.stdin !== null) {
      const unzip = request.headers['content-encoding'] === 'gzip' ? createGunzip() : null;
      unzip?.on('error', () => session.kill('SIGKILL'));
      (unzip === null ? request : request.pipe(unzip)).pipe(session.stdin);
    }
    session.stdout?.pipe(response);
  };

  return {
    serve: (request, response, pathname, service) => {
      const advertise = pathname === `${repositoryPath}/info/refs` && service === 'git-upload-pack';
      const answer = pathname === `${repositoryPath}/git-upload-pack` && request.method === 'POST';
      if (!advertise && !answer) return false;
      made ??= make();
      made.then(
        () => run(request, response, advertise),
        () => response.writeHead(500).end(),
      );
      return true;
    },
  };
}

function finished(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`git ended with ${code}`));
    });
  });
}
