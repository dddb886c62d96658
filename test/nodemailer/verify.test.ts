import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { sesTransport } from "mimewright/nodemailer";
import { createTransport } from "nodemailer";
import { createTransport as createTransport6 } from "nodemailer6";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clients } from "../faults/clients.ts";
import { errorAnswer } from "../faults/upstream.ts";

// A service that answers every call with one refusal, as IAM does for a policy that names one identity.
let server: Server;
let url = "";
let refusal = { status: 403, code: "AccessDenied", text: "" };
let page: string | undefined;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    const api = request.url?.startsWith("/v2") ? "v2" : "v1";
    const body = page ?? errorAnswer(api, refusal.code, refusal.text);
    const type = page !== undefined ? "text/html" : api === "v1" ? "text/xml" : "application/json";
    const status = page === undefined ? refusal.status : 200;
    request.on("end", () => response.writeHead(status, { "content-type": type }).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

interface Mailer {
  verify(): Promise<true>;
  verify(callback: (error: Error | null, success?: true) => void): void;
}
const versions: readonly (readonly [string, (transport: object) => Mailer])[] = [
  ["nodemailer 10", createTransport as unknown as (transport: object) => Mailer],
  ["nodemailer 7", createRequire(import.meta.url)("nodemailer7").createTransport],
  ["nodemailer 6", createTransport6 as unknown as (transport: object) => Mailer],
];

function verifyByCallback(mailer: Mailer): Promise<true | undefined> {
  return new Promise((resolve, reject) => {
    mailer.verify((error, success) => (error === null ? resolve(success) : reject(error)));
  });
}

const denied = "User: arn:aws:iam::123456789012:user/app is not authorized to perform: ses:SendRawEmail";

describe.each(versions)("verify of %s", (_name, make) => {
  describe.each(["sdk v1", "sdk v2", "http v1", "http v2"] as const)("over %s", (name) => {
    const suffix = name.endsWith("v2") ? "Exception" : "";
    const mailer = () => make(sesTransport({ client: clients[name](url), retries: { max: 0 } }));

    it("is true when the policy allows neither the question nor the probe: the service knew who asked", async () => {
      refusal = { status: 403, code: `AccessDenied${suffix}`, text: denied };
      expect(await mailer().verify()).toBe(true);
      expect(await verifyByCallback(mailer())).toBe(true);
    });

    it.each(["MessageRejected", name.endsWith("v2") ? "BadRequestException" : "InvalidParameterValue"])(
      "is true when the service refuses the probe as a message: %s",
      async (code) => {
        refusal = { status: 400, code, text: "Domain ends without a dot." };
        expect(await mailer().verify()).toBe(true);
      },
    );

    it("fails when the answer is a page of a proxy, which has no quota in it", async () => {
      page = "<html><body>Sign in to the network</body></html>";
      await expect(
        mailer()
          .verify()
          .finally(() => (page = undefined)),
      ).rejects.toThrow();
    });

    it.each([
      name.endsWith("v2") ? "UnrecognizedClientException" : "InvalidClientTokenId",
      name.endsWith("v2") ? "InvalidSignatureException" : "SignatureDoesNotMatch",
      name.endsWith("v2") ? "ExpiredTokenException" : "ExpiredToken",
      `MissingAuthenticationToken${suffix}`,
    ])("fails with the code of the service when nobody is behind the key: %s", async (code) => {
      refusal = { status: 403, code, text: "The security token included in the request is invalid." };
      await expect(mailer().verify()).rejects.toMatchObject({ name: "SesSendError", code, status: "failed" });
      await expect(verifyByCallback(mailer())).rejects.toMatchObject({ code });
    });
  });
});
