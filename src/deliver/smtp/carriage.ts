// What SMTP through nodemailer carries unchanged. Anything else is refused before it is written: nodemailer would write
// other bytes, or another address.
import type { AttemptRefused } from "../core/outcome.ts";
import type { RawCall } from "../core/transport.ts";

const CR = 0x0d;
const LF = 0x0a;

/** Why a call cannot go out as it is; undefined when it can. */
export function refuseUncarried({ raw, source, recipients }: RawCall): AttemptRefused | undefined {
  // RFC 5321 s2.3.8: CR and LF only together. nodemailer completes each that is alone.
  if (!hasOnlyCrlf(raw)) return refused("lines end with CRLF only: write CRLF in place of each CR or LF alone");
  if (eightBitFrom(raw, 0, headEnd(raw))) {
    // RFC 6531 s3.4: it takes SMTPUTF8, which nodemailer asks for by the addresses of the envelope alone.
    return refused("the head is not ASCII: encode its fields (RFC 2047)");
  }
  if (source !== "" && !isCarried(source)) return refused("nodemailer would change the sender's address");
  const index = recipients.findIndex((one) => !isCarried(one));
  return index < 0 ? undefined : refused(`nodemailer would change the address of recipient ${index + 1}`);
}

function refused(message: string): AttemptRefused {
  return { kind: "refused", again: "never", scope: "message", code: "send.transport", message };
}

/** Whether 8BITMIME is to be asked for (RFC 6152 s3). */
export function isEightBit(raw: Uint8Array): boolean {
  return eightBitFrom(raw, 0, raw.length);
}

function eightBitFrom(raw: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if ((raw[at] ?? 0) > 0x7f) return true;
  return false;
}

function headEnd(raw: Uint8Array): number {
  for (let at = raw.indexOf(LF); at >= 0; at = raw.indexOf(LF, at + 1)) {
    if (raw[at + 1] === CR && raw[at + 2] === LF) return at;
  }
  return raw.length;
}

function hasOnlyCrlf(raw: Uint8Array): boolean {
  let pairs = 0;
  for (let at = raw.indexOf(LF); at >= 0; at = raw.indexOf(LF, at + 1)) {
    if (raw[at - 1] !== CR) return false;
    pairs++;
  }
  for (let at = raw.indexOf(CR); at >= 0; at = raw.indexOf(CR, at + 1)) pairs--;
  return pairs === 0;
}

// `_normalizeAddress` of nodemailer 6 to 10 leaves these as they are, but for the case of the domain. A domain that ends
// with a number would be read as an IPv4 address.
const DOT_ATOM = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const QUOTED = /^"(?:[\x20\x21\x23-\x3b\x3d\x3f-\x5b\x5d-\x7e]|\\[\x20-\x3b\x3d\x3f-\x7e])*"$/;
const DOMAIN = /^(?:[\w-]+\.)*[\w-]*[A-Za-z][\w-]*$|^\[[\dA-Za-z.:]+\]$/;

function isCarried(address: string): boolean {
  const at = address.lastIndexOf("@");
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  return DOMAIN.test(domain) && (DOT_ATOM.test(local) || QUOTED.test(local));
}

/** The address as nodemailer reports it. */
export function reportedAs(address: string): string {
  const at = address.lastIndexOf("@");
  return `${address.slice(0, at)}@${address.slice(at + 1).toLowerCase()}`;
}
