// Domain names as identities: lower case, LDH labels. RFC 1035 s2.3.1, s2.3.4.
import { invalidValue } from "./errors.ts";

/** A domain in the form it is kept in. */
export function asDomain(given: string): string {
  return given.trim().toLowerCase();
}

/** Checks the name of a domain that is to be verified. @throws SesError InvalidParameterValue */
export function checkDomainName(given: string): string {
  const domain = asDomain(given);
  const labels = domain.split(".");
  const fits = domain.length <= 253 && labels.length >= 2 && labels.every(isLabel);
  if (!fits) throw invalidValue(`Invalid domain name ${given.slice(0, 300)}.`);
  return domain;
}

// RFC 5890 s2.3.1: letters, digits, hyphens inside; an internationalised label comes as its A-label.
function isLabel(label: string): boolean {
  return label.length <= 63 && /^[a-z0-9]/.test(label) && /[a-z0-9]$/.test(label) && !/[^a-z0-9-]/.test(label);
}
