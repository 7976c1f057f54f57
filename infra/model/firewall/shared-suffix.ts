/**
 * Names below which a provider's customers get names of their own and that the Public Suffix List does not have, and
 * hosts that serve everybody's content by path. Sources stand beside each group; what has none is MEMORY.
 */

/** A place of customers' names. */
export interface SharedSuffix {
  readonly suffix: string;
  /** Whose customers get names there. */
  readonly provider: string;
}

const REGION = /^[a-z]{2,4}(?:-[a-z]+)+-\d+$/;
const AWS_ROOTS: readonly string[] = [
  'amazonaws.com',
  'amazonaws.com.cn',
  'amazoncognito.com',
  'amazonwebservices.com.cn',
  'amazonwebservices.eu',
  'api.aws',
  'api.amazonwebservices.com.cn',
  'cs.amazonlightsail.com',
  'on.aws',
  'repost.aws',
  'sagemaker.aws',
  'sagemaker.com.cn',
];

/** Labels between a Region and AWS's roots below which the Public Suffix List has customers' names. */
const AWS_LABELS_ABOVE: ReadonlySet<string> = new Set(
  'accesspoint airflow aws-cloud9 bedrock-agentcore cloud9 cognito-idp dualstack eb on private rds s3-global'.split(
    ' ',
  ),
);

/**
 * Services of AWS whose customers get names, `*` for a Region. ECR: Amazon ECR user guide, "Amazon ECR private registry"
 * (`<account>.dkr.ecr.<region>.amazonaws.com`). The others: MEMORY.
 */
const AWS_CUSTOMERS: readonly string[] = [
  'dkr.ecr.*',
  'dkr.ecr-fips.*',
  '*.es',
  'es',
  '*.aoss',
  '*.redshift',
  'redshift',
  'appsync-api.*',
  'appsync-realtime-api.*',
  'd.codeartifact.*',
  'iot.*',
  'kafka.*',
  'mq.*',
  's3-control.*',
  's3-outposts.*',
  'server.transfer.*',
  'cache',
  'vpce',
];

/**
 * Azure: Microsoft Learn, "Reference list of Azure domains". nip.io and sslip.io: their own description (every address
 * has a name there). The rest: MEMORY.
 */
const CUSTOMERS: Readonly<Record<string, readonly string[]>> = {
  'Microsoft Azure': [
    'accesscontrol.windows.net',
    'azurecontainer.io',
    'azurecr.io',
    'azure-devices.net',
    'azuredatabricks.net',
    'azmk8s.io',
    'azurecontainerapps.io',
    'cloudapp.azure.com',
    'cognitiveservices.azure.com',
    'cosmos.azure.com',
    'database.windows.net',
    'dfs.core.windows.net',
    'documents.azure.com',
    'onmicrosoft.com',
    'openai.azure.com',
    'queue.core.windows.net',
    'search.windows.net',
    'sharepoint.com',
    'table.core.windows.net',
    'vault.azure.net',
    'visualstudio.com',
    'vo.msecnd.net',
  ],
  'a DNS service that gives every address a name': ['nip.io', 'sslip.io', 'xip.io'],
  'Alibaba Cloud': ['aliyuncs.com'],
  Atlassian: ['atlassian.net'],
  Backblaze: ['backblazeb2.com'],
  Beeceptor: ['beeceptor.com'],
  'bunny.net': ['b-cdn.net'],
  Cloudflare: ['r2.cloudflarestorage.com'],
  Databricks: ['cloud.databricks.com'],
  Dropbox: ['dropboxusercontent.com'],
  Glitch: ['glitch.me'],
  'Google Cloud': ['firebaseio.com', 'googleusercontent.com', 'pkg.dev', 'storage.googleapis.com'],
  Gradio: ['gradio.live'],
  'IBM Cloud': ['appdomain.cloud'],
  'Interactsh, for tests from outside': [
    'interact.sh',
    'oast.fun',
    'oast.live',
    'oast.me',
    'oast.online',
    'oast.pro',
    'oast.site',
  ],
  JFrog: ['jfrog.io'],
  'localhost.run': ['lhr.life', 'localhost.run'],
  localtunnel: ['loca.lt'],
  'MongoDB Atlas': ['mongodb.net'],
  'Oracle Cloud': ['oraclecloud.com'],
  Pipedream: ['m.pipedream.net'],
  PortSwigger: ['burpcollaborator.net', 'oastify.com'],
  RequestBin: ['requestbin.net'],
  Salesforce: ['my.salesforce.com'],
  Serveo: ['serveo.net'],
  Snowflake: ['snowflakecomputing.com'],
  Substack: ['substack.com'],
  'Tencent Cloud': ['myqcloud.com'],
  Tumblr: ['tumblr.com'],
  Wasabi: ['wasabisys.com'],
  'Webhook.site': ['webhook.site'],
  'WordPress.com': ['wordpress.com'],
  Zendesk: ['zendesk.com'],
};

const SUFFIXES: ReadonlyMap<string, string> = new Map(
  Object.entries(CUSTOMERS).flatMap(([provider, names]) => names.map((name) => [name, provider] as const)),
);

/** Every name above one of them. */
const ABOVE: ReadonlySet<string> = new Set(
  [...SUFFIXES.keys()].flatMap((suffix) => tails(suffix.slice(suffix.indexOf('.') + 1))),
);

/** A name, and every name above it. */
function tails(name: string): readonly string[] {
  const labels = name.split('.');
  return labels.map((_, from) => labels.slice(from).join('.'));
}

/** The shared suffix that a name is, or ends in; null where none of these is. */
export function sharedSuffixOf(name: string): SharedSuffix | null {
  for (const suffix of tails(name)) {
    const provider = isAwsCustomers(suffix) ? 'AWS' : SUFFIXES.get(suffix);
    if (provider !== undefined) return { suffix, provider };
  }
  return null;
}

/** Whether one of these suffixes lies below a name. */
export function isAboveSharedSuffix(name: string): boolean {
  return ABOVE.has(name) || isAboveAwsCustomers(name);
}

/** The root of AWS's names that a name is below or is; null for another's. */
export function awsRootOf(name: string): string | null {
  return AWS_ROOTS.find((root) => name === root || name.endsWith(`.${root}`)) ?? null;
}

/**
 * The provider whose customers' content a host serves by path, so that the host's own name names nobody; null for
 * others. Amazon S3 user guide, "Virtual hosting of general purpose buckets": a path-style request names the bucket in
 * the path. Google Cloud Storage, request endpoints: MEMORY.
 */
export function servesByPath(name: string): string | null {
  if (name === 'storage.googleapis.com' || name === 'storage.cloud.google.com') return 'Google Cloud Storage';
  const path = awsPattern(name)?.replace('dualstack.', '') ?? '';
  const isS3 = /^s3(-fips|-external-1)?(\.\*)?$/.test(path) || /^s3-[a-z]{2,3}(-[a-z]+)+-\d$/.test(path);
  return isS3 ? 'Amazon S3' : null;
}

/** The labels before AWS's root; null for names that are not AWS's. */
function awsLabels(name: string): readonly string[] | null {
  const root = awsRootOf(name);
  if (root === null) return null;
  return name === root ? [] : name.slice(0, -root.length - 1).split('.');
}

/** AWS's labels with `*` for each Region, as the tables spell them; null for names that are not AWS's. */
function awsPattern(name: string): string | null {
  const labels = awsLabels(name);
  return labels === null ? null : labels.map((label) => (REGION.test(label) ? '*' : label)).join('.');
}

function isAwsCustomers(name: string): boolean {
  return AWS_CUSTOMERS.includes(awsPattern(name) ?? '');
}

/** The root itself, a Region of it, and what is known to lie between them and customers' names. */
function isAboveAwsCustomers(name: string): boolean {
  const labels = awsLabels(name);
  if (labels === null) return false;
  if (labels.every((label) => REGION.test(label) || AWS_LABELS_ABOVE.has(label))) return true;
  return AWS_CUSTOMERS.some((pattern) => pattern.endsWith(`.${awsPattern(name)}`));
}
