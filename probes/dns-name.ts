/** DNS names as they may stand in a shell script and in a certificate's SNI. */

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const DNS_NAME = new RegExp(`^${LABEL}(\\.${LABEL})+$`);

/** RFC 1035, 2.3.4: 255 octets on the wire, which are 253 characters in text. */
const MAX_NAME_CHARACTERS = 253;
/** Of a marker's first label: `n`, the longest nonce, and the dot behind it. */
const MARKER_CHARACTERS = 34;

const NONCE = /^[a-z0-9]{8,32}$/;

/**
 * The name itself, when it is letters, digits, hyphens and dots in lower case, of two labels or more, and short enough to
 * carry a marker in front. Throws a RangeError for anything else: what passes here is put into shell scripts.
 */
export function checkedName(name: string): string {
  if (name.length > MAX_NAME_CHARACTERS - MARKER_CHARACTERS || !DNS_NAME.test(name)) {
    throw new RangeError(`${JSON.stringify(name.slice(0, 100))} is not a DNS name in lower case`);
  }
  return name;
}

/** The nonce itself, when it is 8 to 32 letters or digits in lower case. Throws a RangeError otherwise. */
export function checkedNonce(nonce: string): string {
  if (!NONCE.test(nonce)) throw new RangeError(`${JSON.stringify(nonce.slice(0, 100))} is not a nonce`);
  return nonce;
}

/** The name that ties a firewall record to a probe: `n<nonce>.<name>` in the SNI of the marker connection. */
export const markerName = (nonce: string, name: string): string => `n${nonce}.${name}`;
