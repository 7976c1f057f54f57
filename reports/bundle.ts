/**
 * Whether an output folder is what a run wrote: every fault with the file that it is in. Pure: the files come in as hashes and,
 * where they are read further, as text. Hashes show damage; only a signature shows that nobody wrote the folder anew.
 */
import type { KeyObject } from 'node:crypto';
import { summaryOf } from '../suites/assemble';
import type { Evidence } from '../suites/evidence';
import { isSignedBy, keyIdOf, parseEnvelope, IN_TOTO_PAYLOAD } from './dsse';
import { MANIFEST_NAME, parseManifest, SIGNATURE_NAME, type Manifest } from './manifest';
import { parseStatement, resultOf } from './statement';

export interface BundleFault {
  /** The name inside the folder, or the history's. */
  readonly file: string;
  /** `tampered`: it is not what a run wrote. `undecided`: it may be, and what was given does not tell. */
  readonly kind: 'tampered' | 'undecided';
  /** A sentence without the file's name. */
  readonly because: string;
}

export interface PresentFile {
  readonly sha256: string;
  readonly sizeBytes: number;
}

const tampered = (file: string, because: string): BundleFault => ({ file, kind: 'tampered', because });
const undecided = (file: string, because: string): BundleFault => ({ file, kind: 'undecided', because });

export type ManifestCheck =
  | { readonly manifest: Manifest; readonly faults: readonly BundleFault[] }
  | { readonly manifest: null; readonly faults: readonly BundleFault[] };

/** Every file of the folder is in the manifest, every file of the manifest is in the folder, byte for byte. */
export function checkManifest(text: string | null, present: ReadonlyMap<string, PresentFile>): ManifestCheck {
  if (text === null) return { manifest: null, faults: [tampered(MANIFEST_NAME, 'It is missing.')] };
  const parsed = parseManifest(text);
  if (parsed.status === 'refused')
    return { manifest: null, faults: [tampered(MANIFEST_NAME, `It is no manifest: ${parsed.because}.`)] };
  const { manifest } = parsed;
  const listed = new Set([...manifest.files.map(({ name }) => name), MANIFEST_NAME, SIGNATURE_NAME]);
  const faults = manifest.files.flatMap(({ name, sha256, sizeBytes }): readonly BundleFault[] => {
    const file = present.get(name);
    if (file === undefined) return [tampered(name, 'It is in the manifest and not in the folder.')];
    if (file.sizeBytes !== sizeBytes)
      return [
        tampered(name, `It was changed: it has ${file.sizeBytes} bytes, and the manifest says ${sizeBytes}.`),
      ];
    if (file.sha256 !== sha256)
      return [
        tampered(name, `It was changed: its SHA-256 is ${file.sha256}, and the manifest says ${sha256}.`),
      ];
    return [];
  });
  const extra = [...present.keys()]
    .filter((name) => !listed.has(name))
    .map((name) => tampered(name, 'It is in the folder and not in the manifest.'));
  return { manifest, faults: [...faults, ...extra] };
}

/** What the evidence must say of itself and of the snapshot beside it. */
export function checkEvidence(
  evidence: Evidence,
  present: ReadonlyMap<string, PresentFile>,
): readonly BundleFault[] {
  const file = 'evidence.json';
  const faults: BundleFault[] = [];
  const counted = summaryOf(evidence.findings);
  for (const name of ['pass', 'fail', 'unknown', 'notApplicable', 'waived'] as const) {
    const stated = evidence.summary[name];
    if (counted[name] !== stated)
      faults.push(tampered(file, `summary.${name} is ${stated}, and the findings make ${counted[name]}.`));
  }
  const planned = new Set(evidence.plan);
  const found = new Set(evidence.findings.map(({ check }) => check));
  for (const check of planned)
    if (!found.has(check)) faults.push(tampered(file, `${check} is in the plan and has no finding.`));
  for (const check of found)
    if (!planned.has(check)) faults.push(tampered(file, `${check} has a finding and is not in the plan.`));
  const odd = evidence.findings.find(({ waiver, outcome }) => waiver !== null && outcome !== 'fail');
  if (odd !== undefined)
    faults.push(
      tampered(file, `A finding of ${odd.check} is waived, and it is ${odd.outcome}: only a failure can be.`),
    );
  return [...faults, ...checkSnapshot(evidence, present)];
}

function checkSnapshot({ run }: Evidence, present: ReadonlyMap<string, PresentFile>): readonly BundleFault[] {
  const snapshot = present.get('snapshot.json');
  if (run.snapshotSha256 === null)
    return snapshot === undefined
      ? []
      : [tampered('snapshot.json', 'It is there, and the evidence says that no snapshot was taken.')];
  // A report that was rendered again stands without its snapshot; then what was judged cannot be looked up.
  if (snapshot === undefined)
    return [
      undecided(
        'snapshot.json',
        `It is missing; the evidence was judged from one with SHA-256 ${run.snapshotSha256}.`,
      ),
    ];
  return snapshot.sha256 === run.snapshotSha256
    ? []
    : [
        tampered(
          'snapshot.json',
          `Its SHA-256 is ${snapshot.sha256}, and the evidence was judged from ${run.snapshotSha256}.`,
        ),
      ];
}

export interface SignatureOptions {
  /** The text of the envelope; null where there is none. */
  readonly text: string | null;
  /** Of whoever is to have signed; null where none was given. */
  readonly publicKey: KeyObject | null;
  readonly manifest: Manifest | null;
  readonly manifestSha256: string | null;
  readonly evidence: Evidence | null;
}

export interface SignatureCheck {
  readonly status: 'valid' | 'invalid' | 'none' | 'not-checked';
  /** The id of the key that it says it is of, or of the one that it was found to be of. */
  readonly keyId: string | null;
  readonly faults: readonly BundleFault[];
}

/** Without a key to check by, a signature says nothing; with one, there must be one. */
export function checkSignature(options: SignatureOptions): SignatureCheck {
  const { text, publicKey } = options;
  if (text === null) {
    const because = 'There is no signature, so nothing shows who wrote this folder.';
    const kind = publicKey === null ? undecided : tampered;
    return { status: 'none', keyId: null, faults: [kind(SIGNATURE_NAME, because)] };
  }
  const parsed = parseEnvelope(text);
  const broken = (because: string): SignatureCheck => ({
    status: 'invalid',
    keyId: null,
    faults: [tampered(SIGNATURE_NAME, because)],
  });
  if (parsed.status === 'refused') return broken(`It is no signed envelope: ${parsed.because}.`);
  const { envelope } = parsed;
  if (envelope.payloadType !== IN_TOTO_PAYLOAD) return broken('What it signs is no in-toto statement.');
  if (publicKey !== null && !isSignedBy(envelope, publicKey))
    return broken(
      `It is not signed by the key that was given (${keyIdOf(publicKey)}): the signature is another key's, or what it signs was changed.`,
    );
  const faults = statementFaults(envelope.payload, options);
  if (publicKey === null) {
    const because = 'It was not checked who signed: give the public key with --key.';
    const keyId = /^[0-9a-f]{64}$/.exec(envelope.signatures[0]?.keyId ?? '')?.[0] ?? null;
    return { status: 'not-checked', keyId, faults: [...faults, undecided(SIGNATURE_NAME, because)] };
  }
  return { status: faults.length === 0 ? 'valid' : 'invalid', keyId: keyIdOf(publicKey), faults };
}

/** The statement is about these files and no others, and says of the run what its evidence says. */
function statementFaults(
  payload: Uint8Array,
  { manifest, manifestSha256, evidence }: SignatureOptions,
): readonly BundleFault[] {
  const parsed = parseStatement(payload);
  if (parsed.status === 'refused')
    return [tampered(SIGNATURE_NAME, `It cannot be taken for one of ours: ${parsed.because}.`)];
  const signed = new Map(parsed.subjects.map(({ name, digest }) => [name, digest.sha256]));
  const faults: BundleFault[] = [];
  if (signed.get(MANIFEST_NAME) !== manifestSha256)
    faults.push(tampered(MANIFEST_NAME, 'It was changed after it was signed.'));
  for (const { name, sha256 } of manifest?.files ?? [])
    if (signed.get(name) !== sha256)
      faults.push(tampered(name, 'It is not as it was when the folder was signed.'));
  const listed = new Set(manifest?.files.map(({ name }) => name));
  for (const name of signed.keys())
    if (name !== MANIFEST_NAME && !listed.has(name))
      faults.push(
        tampered(SIGNATURE_NAME, `It signs ${JSON.stringify(name)}, which the manifest does not list.`),
      );
  if (evidence !== null && parsed.result !== resultOf(evidence))
    faults.push(
      tampered(
        SIGNATURE_NAME,
        `It says ${JSON.stringify(parsed.result)} of a run whose evidence makes ${resultOf(evidence)}.`,
      ),
    );
  return faults;
}
