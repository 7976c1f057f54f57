/** What the internet's web servers answer, by the name they are asked for. Runs in a server process. */
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Answerer } from './dns-server';
import { serveDoh } from './doh';
import { gitServer } from './git';
import { endsOf, witness } from './messages';
import { bucketOf, keyOf, unsignedS3Answer } from './public-buckets';
import { hostName, sendS3, unsigned, type WebHandler } from './unsigned';
import { makeWheel } from './wheel';

export interface WebOptions {
  /** A folder of its own for what is made on demand. */
  readonly folder: string;
  /** Answers what is asked by HTTPS. */
  readonly answer: Answerer;
}

const REPOSITORY = '/aws-samples/amazon-sagemaker-studio-vpc-networkfirewall.git';

export function webHandler({ folder, answer }: WebOptions): WebHandler {
  const wheel = makeWheel({ project: 'scikit-learn', version: '9.9.9', module: 'sklearn' });
  const wheelHash = createHash('sha256').update(wheel.bytes).digest('hex');
  const wheelPath = `/packages/${wheel.fileName}`;
  const git = gitServer({ repositoryPath: REPOSITORY, folder });

  return (request, response) => {
    const host = hostName(request);
    const ends = endsOf(request.socket);
    witness({ kind: 'http', ...ends, name: host });
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
    if (serveDoh(request, response, url, answer)) return;
    if (host !== null && isAws(host)) {
      const named = { host, pathname: url.pathname };
      const bucket = bucketOf(named);
      return bucket === null ? unsigned(response) : sendS3(response, unsignedS3Answer(bucket, keyOf(named)));
    }
    // The address tells whose server this is, whatever name it was asked for.
    const page = `<!doctype html>\n<title>${escaped(host ?? '')}</title>\n<p>This is ${escaped(host ?? 'a server')} of the lab's internet, at ${ends.local}.</p>\n`;
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
