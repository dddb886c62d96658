// What `transporter.verify()` asks: whether credentials, region and endpoint serve.
import type { Sender } from "../deliver/core/sender.ts";
import { SesSendError } from "./send-info.ts";

/**
 * Asks for the quota, and without the permission for that sends what SES must refuse. A refusal by a service that knew
 * who asked is as good as a success: policies often name one identity or one action, and what they forbid here they
 * may allow for the mail itself.
 *
 * @throws SesSendError with the reason: a wrong or expired key, no credentials, no connection
 */
export async function verifySender(sender: Sender): Promise<true> {
  const quota = await sender.quota();
  // An answer without the numbers of an account is not from SES: of a proxy that asks for a login, for one.
  if (quota.max24Hour !== undefined || quota.maxRate !== undefined) return true;
  const result = await sender.sendRaw(PROBE);
  if (result.status === "sent" || result.status === "partial") return true;
  if (result.status === "failed" && KNOWN_CALLER.has(result.code)) return true;
  throw new SesSendError(result);
}

// Codes that follow the check of the signature (Amazon SES API Reference, Common Errors), in the words of both APIs.
const KNOWN_CALLER = new Set([
  ...["AccessDenied", "AccessDeniedException"],
  ...["InvalidParameterValue", "BadRequestException", "MessageRejected"],
  ...["MailFromDomainNotVerified", "MailFromDomainNotVerifiedException"],
  ...["AccountSendingPaused", "AccountSendingPausedException", "SendingPausedException", "send.quota"],
]);

// The message that nodemailer's own SES transport verifies with: "invalid" is not a domain that mail can come from.
const PROBE = {
  raw: new TextEncoder().encode("From: <invalid@invalid>\r\nTo: <invalid@invalid>\r\n Subject: Invalid\r\n\r\nInvalid"),
  envelope: { from: "invalid@invalid", to: ["invalid@invalid"] },
};
