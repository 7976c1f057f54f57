/** Reads an output folder's files and seals them with manifest.json, and that with a signature. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Evidence } from '../suites/evidence';
import { envelopeText, IN_TOTO_PAYLOAD, isSignature, keyIdOf, preAuthentication } from '../reports/dsse';
import { manifestOf, MANIFEST_NAME, parseManifest, SIGNATURE_NAME } from '../reports/manifest';
import { testResultStatement } from '../reports/statement';
import type { Signer } from './signer';

/** A signature that is there was made of an older manifest, so it is removed. */
export function writeManifest(outDir: string): void {
  rmSync(join(outDir, SIGNATURE_NAME), { force: true });
  const files = readdirSync(outDir, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== MANIFEST_NAME && !entry.name.startsWith('.'))
    .map((entry) => ({ name: entry.name, content: readFileSync(join(outDir, entry.name)) }));
  writeFileSync(join(outDir, MANIFEST_NAME), manifestOf(files));
}

/**
 * Signs the manifest that is there: `manifest.dsse.json`, an in-toto statement of the test result. Throws where the signer
 * does, and where what it made is not a signature of its own key.
 */
export async function signManifest(outDir: string, evidence: Evidence, signer: Signer): Promise<void> {
  const manifestText = readFileSync(join(outDir, MANIFEST_NAME), 'utf8');
  const parsed = parseManifest(manifestText);
  if (parsed.status === 'refused') throw new Error(`${MANIFEST_NAME}: ${parsed.because}`);
  const statement = testResultStatement({ evidence, manifest: parsed.manifest, manifestText });
  const payload = Buffer.from(JSON.stringify(statement));
  const signed = preAuthentication(IN_TOTO_PAYLOAD, payload);
  const signature = await signer.sign(signed);
  if (!isSignature({ publicKey: signer.publicKey, signed, signature }))
    throw new Error('the signature that was made is not one of the key it should be of');
  const signatures = [{ keyId: keyIdOf(signer.publicKey), signature }];
  writeFileSync(
    join(outDir, SIGNATURE_NAME),
    envelopeText({ payloadType: IN_TOTO_PAYLOAD, payload, signatures }),
  );
}
