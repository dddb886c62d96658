// A service of API v2 that takes or refuses messages as it is told, in the words of the service.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What a refusal says. */
export interface Refusal {
  readonly code: string;
  readonly status: number;
  readonly text: string;
}

export interface AnswerServer {
  readonly url: string;
  /** Of all messages. */
  refusal: Refusal | undefined;
  /** Of some. */
  refuses: ((subject: string, configurationSet: string | undefined) => Refusal | undefined) | undefined;
  /** Subjects of the calls that were refused, and of those that were taken. */
  readonly refused: string[];
  readonly taken: string[];
  close(): Promise<void>;
}

const DAY = "Daily message quota exceeded.";
const PAUSED =
  "Sending paused for this account. For more information, please check the inbox of the email address associated with your AWS account.";
const USER = "User: arn:aws:iam::123456789012:user/mailer is not authorized to perform: ses:SendEmail";

/** What every message would be told. */
export const refusals: readonly (readonly [code: string, status: number, text: string])[] = [
  ["ExpiredToken", 403, "The security token included in the request is expired"],
  ["ExpiredTokenException", 403, "The security token included in the request is expired"],
  ["InvalidClientTokenId", 403, "The security token included in the request is invalid."],
  ["UnrecognizedClientException", 403, "The security token included in the request is invalid."],
  ["SignatureDoesNotMatch", 403, "The request signature we calculated does not match the signature you provided."],
  ["InvalidSignatureException", 403, "The request signature we calculated does not match"],
  ["MissingAuthenticationToken", 403, "Request is missing Authentication Token"],
  ["AccessDenied", 403, USER],
  ["AccessDeniedException", 403, `${USER} on resource: *`],
  ["AccountSendingPausedException", 400, "Email sending is disabled for this account"],
  ["SendingPausedException", 400, "Email sending is disabled for this account"],
  ["AccountSuspendedException", 400, ""],
  ["MessageRejected", 400, PAUSED],
  ["OptInRequired", 403, "The AWS Access Key Id needs a subscription for the service"],
  ["LimitExceededException", 400, DAY],
  ["Throttling", 400, DAY],
  ["TooManyRequestsException", 429, DAY],
];

export async function startAnswerServer(): Promise<AnswerServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { Content, ConfigurationSetName } = JSON.parse(Buffer.concat(chunks).toString());
      const raw = Buffer.from(Content.Raw.Data, "base64").toString("latin1");
      const subject = /^Subject: (.*)\r$/m.exec(raw)?.[1] ?? "";
      const no = answers.refusal ?? answers.refuses?.(subject, ConfigurationSetName);
      (no === undefined ? answers.taken : answers.refused).push(subject);
      response.writeHead(no?.status ?? 200, no === undefined ? {} : { "x-amzn-errortype": no.code });
      response.end(
        JSON.stringify(no === undefined ? { MessageId: `id-${answers.taken.length}` } : { message: no.text }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const answers: AnswerServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ refusal: undefined, refuses: undefined, refused: [], taken: [] },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return answers;
}
