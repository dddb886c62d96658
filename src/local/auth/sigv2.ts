// Signature version 2: the signature is a parameter, over all other parameters in order of their names.
import { invalidValue, SesError } from "../protocol/errors.ts";
import { type Claim, hmacAlgorithm, hmacBase64, percentEncode, type SignedRequest } from "./request.ts";

/** The signature in the parameters, if there is one. @throws SesError IncompleteSignature */
export function readSigV2(request: SignedRequest): Claim | undefined {
  const { parameters } = request;
  const signature = parameters.get("Signature");
  if (signature === undefined) return undefined;
  // The reference spells it AWSAccessKeyID, its samples AWSAccessKeyId.
  const accessKeyId = parameters.get("AWSAccessKeyId") ?? parameters.get("AWSAccessKeyID");
  if (accessKeyId === undefined) {
    throw new SesError("IncompleteSignature", "Request must contain AWSAccessKeyId beside Signature.");
  }
  const version = parameters.get("SignatureVersion");
  if (version !== "2")
    throw invalidValue(`Value (${(version ?? "").slice(0, 20)}) for parameter SignatureVersion is invalid.`);
  if (!parameters.has("Timestamp") && !parameters.has("Expires")) {
    throw new SesError("MissingParameter", "The request must contain the parameter Timestamp or Expires.");
  }
  const algorithm = hmacAlgorithm(parameters.get("SignatureMethod"));
  return { accessKeyId, signature, expected: (secret) => hmacBase64(algorithm, secret, stringToSign(request)) };
}

function stringToSign({ method, host, path, parameters }: SignedRequest): string {
  const pairs = [...parameters]
    .filter(([name]) => name !== "Signature")
    // Names are ASCII: code unit order is the byte order that the rule asks for.
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`);
  return [method, host.toLowerCase(), path, pairs.join("&")].join("\n");
}
