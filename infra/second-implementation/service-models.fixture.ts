/**
 * AWS's own service models as botocore carries them (github.com/boto/botocore, Apache-2.0: `service-2.json`), read from the
 * package that moto brings along. They state what the schemas of the JavaScript SDK leave out: patterns, lengths, ranges,
 * enums and the errors of each operation. For development alone.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { installedMoto, MOTO_FOLDER } from './moto-server.fixture';

export interface ShapeReference {
  readonly shape: string;
}

/** A shape of a model, as far as it is judged here. */
export interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, ShapeReference>>;
  readonly required?: readonly string[];
  readonly member?: ShapeReference;
  readonly key?: ShapeReference;
  readonly value?: ShapeReference;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
  readonly error?: { readonly code?: string };
}

export interface ModelledOperation {
  readonly input?: ShapeReference;
  readonly output?: ShapeReference;
  readonly errors?: readonly ShapeReference[];
}

export interface ServiceModel {
  readonly metadata: { readonly apiVersion: string; readonly protocol: string };
  readonly operations: Readonly<Record<string, ModelledOperation>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

export type Models =
  | { readonly status: 'present'; readonly of: (service: string) => ServiceModel }
  | { readonly status: 'missing'; readonly because: string };

/** The models, where botocore was installed before. `of` throws for a service that botocore does not have. */
export function installedModels(): Models {
  const folder = botocoreData();
  if (folder === null) {
    const moto = installedMoto();
    const because = moto.status === 'missing' ? moto.because : 'the installed moto has no botocore beside it';
    return { status: 'missing', because };
  }
  const read = new Map<string, ServiceModel>();
  return {
    status: 'present',
    of: (service) => {
      let model = read.get(service);
      if (model === undefined) read.set(service, (model = readModel(join(folder, service))));
      return model;
    },
  };
}

function botocoreData(): string | null {
  const libraries = join(MOTO_FOLDER, 'lib');
  if (!existsSync(libraries)) return null;
  const folders = readdirSync(libraries).map((python) =>
    join(libraries, python, 'site-packages', 'botocore', 'data'),
  );
  return folders.find((folder) => existsSync(folder)) ?? null;
}

/** The newest version of the service's API. */
function readModel(folder: string): ServiceModel {
  const version = readdirSync(folder).sort().at(-1) ?? '';
  const packed = join(folder, version, 'service-2.json.gz');
  const text = existsSync(packed)
    ? gunzipSync(readFileSync(packed)).toString('utf8')
    : readFileSync(join(folder, version, 'service-2.json'), 'utf8');
  const model: unknown = JSON.parse(text);
  if (!isModel(model)) throw new Error(`${folder}/${version} holds no service model`);
  return model;
}

function isModel(value: unknown): value is ServiceModel {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['metadata', 'operations', 'shapes'].every((member) => member in value)
  );
}
