/** What the internet's web servers answer, by the name they are asked for. Runs in a server process. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gitServer } from './git';
import { endpoint, witness } from './messages';
import { makeWheel } from './wheel';

export type WebHandler = (request: IncomingMessage, response: ServerResponse) => void;

export interface WebOptions {
  /** A folder of its own for what is made on demand. */
  readonly folder: string;
}

const REPOSITORY = '/aws-samples/amazon-sagemaker-studio-vpc-networkfirewall.git';

export function webHandler({ folder }: WebOptions): WebHandler {
  const wheel = makeWheel({ project: 'scikit-learn', version: '9.9.9', module: 'sklearn' });
  const wheelHash = createHash('sha256').update(wheel.bytes).digest('hex');
  const wheelPath = `/packages/${wheel.fileName}`;
  const git = gitServer({ repositoryPath: REPOSITORY, folder });

  return (request, response) => {
    const host = hostName(request);
    const { socket } = request;
    witness({
      kind: 'http',
      local: endpoint(socket.localAddress, socket.localPort),
      remote: endpoint(socket.remoteAddress, socket.remotePort),
      name: host,
    });
    response.on('error', () => {});
    const url = parseTarget(request.url);
    if (url === null) return void response.writeHead(400).end();
    if (host === 'github.com') {
      // GitHub takes the address with and without `.git`.
      const pathname = url.pathname.replace(/(?<!\.git)(\/(info\/refs|git-upload-pack))$/, '.git$1');
      if (git.serve(request, response, pathname, url.searchParams.get('service'))) return;
    }
    if (host === 'pypi.org' && url.pathname.startsWith('/simple/'))
      return packageIndex(url.pathname, response);
    if (host === 'files.pythonhosted.org' && url.pathname === wheelPath) {
      response.writeHead(200, {
        'Content-Type': 'application/octet-stream',
        'Content-Length': wheel.bytes.length,
      });
      return void response.end(request.method === 'HEAD' ? undefined : wheel.bytes);
    }
    if (host !== null && isAws(host)) return unsigned(response);
    const page = `<!doctype html>\n<title>${escaped(host ?? '')}</title>\n<p>This is ${escaped(host ?? 'a server')} of the lab's internet.</p>\n`;
    response.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Length': Buffer.byteLength(page),
    });
    response.end(request.method === 'HEAD' ? undefined : page);
  };

  /** PEP 503: one project, and 404 for every other. */
  function packageIndex(pathname: string, response: ServerResponse): void {
    if (pathname !== '/simple/scikit-learn/') return void response.writeHead(404).end();
    const link = `https://files.pythonhosted.org${wheelPath}#sha256=${wheelHash}`;
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(`<!doctype html>\n<title>scikit-learn</title>\n<a href="${link}">${wheel.fileName}</a>\n`);
  }
}

function isAws(host: string): boolean {
  return /(^|\.)(amazonaws\.com|sagemaker\.aws)$/.test(host);
}

/** What AWS answers to a request that nobody signed. */
export function unsigned(response: ServerResponse): void {
  const body =
    '{"__type":"MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}\n';
  response.writeHead(403, {
    'Content-Type': 'application/x-amz-json-1.1',
    'x-amzn-ErrorType': 'MissingAuthenticationTokenException',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

function hostName(request: IncomingMessage): string | null {
  return request.headers.host?.replace(/:\d+$/, '').toLowerCase() ?? null;
}

function parseTarget(target: string | undefined): URL | null {
  try {
    return new URL(target ?? '/', 'http://lab.invalid');
  } catch {
    return null;
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[^a-z0-9.:_-]/gi, '?');
}
