// The mail that asks whether an address is one's own: the link in it ends the verification.

import { systemMessage } from "../inbox/system-message.ts";
import { messageId } from "../model/ids.ts";
import type { Identity, LocalState, StoredMessage } from "../model/model.ts";

/** The mail for an address whose verification is pending. */
export function verificationMail(state: LocalState, region: string, identity: Identity, origin: string): StoredMessage {
  const query = new URLSearchParams({ region, identity: identity.name, token: identity.linkToken ?? "" });
  const link = `${origin}/verify?${query}`;
  return systemMessage({
    id: messageId(region, state.now(), state.random),
    kind: "verification",
    region,
    at: state.now(),
    from: `no-reply@${region}.amazonses.com`,
    to: identity.name,
    subject: `Verify your address for Amazon SES in ${region}`,
    text: [
      `Somebody asked to verify ${identity.name} as an address to send from, in region ${region}.`,
      "Open this link within 24 hours to confirm it:",
      "",
      link,
      "",
      "The link leads back to the local endpoint that wrote this mail.",
    ],
  });
}
