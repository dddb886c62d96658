// Reads the JSON of a v2 SendEmail request: its shape first, all that is missing at once; then the addresses.

import { invalidValue } from "../protocol/errors.ts";
import { filledTextAt, type Json, readJson, structureAt, structuresAt, textAt, textsAt } from "../protocol/v2-json.ts";
import { validation } from "../protocol/validation.ts";
import type { DeliveryNotes } from "../sending/notes.ts";
import { type AddressNames, type ReadAddresses, readAddresses } from "../sending/request-addresses.ts";
import type { Tag } from "../sending/tags.ts";
import { type V2Content, v2Content } from "./v2-content.ts";

/** A request as it was read. */
export interface V2Input {
  readonly addresses: ReadAddresses;
  readonly content: Exclude<V2Content, { readonly kind: "template" }>;
  readonly tags: readonly Tag[];
  readonly configurationSet: string | undefined;
  readonly fromArn: string | undefined;
  readonly feedbackArn: string | undefined;
}

/** Reads the body of a request. @throws SesError SerializationException, ValidationError, InvalidParameterValue */
export function readV2Input(body: Uint8Array, notes: DeliveryNotes): V2Input {
  const input = readJson(body);
  const destination = structureAt(input, "Destination") ?? {};
  const found = validation("hidden");
  const given = {
    source: filledTextAt(input, "FromEmailAddress"),
    to: textsAt(destination, "ToAddresses"),
    cc: textsAt(destination, "CcAddresses"),
    bcc: textsAt(destination, "BccAddresses"),
    feedbackTo: filledTextAt(input, "FeedbackForwardingEmailAddress"),
    replyTo: textsAt(input, "ReplyToAddresses"),
  };
  const content = v2Content(input, found);
  const rest = {
    tags: structuresAt(input, "EmailTags").map((tag) => ({
      name: textAt(tag, "Name") ?? "",
      value: textAt(tag, "Value") ?? "",
    })),
    configurationSet: filledTextAt(input, "ConfigurationSetName"),
    fromArn: filledTextAt(input, "FromEmailAddressIdentityArn"),
    feedbackArn: filledTextAt(input, "FeedbackForwardingEmailAddressIdentityArn"),
  };
  found.done();
  noteUnplayed(input, notes);
  return { content: withSource(content, given.source), addresses: readAddresses(given, NAMES, notes), ...rest };
}

const NAMES: AddressNames = {
  source: "FromEmailAddress",
  to: "Destination.ToAddresses",
  cc: "Destination.CcAddresses",
  bcc: "Destination.BccAddresses",
  feedbackTo: "FeedbackForwardingEmailAddress",
  replyTo: "ReplyToAddresses",
};

// What is composed needs a sender in the request.
function withSource(content: V2Content, source: string | undefined): V2Input["content"] {
  if (content.kind === "template") {
    if (source === undefined) throw invalidValue("Source cannot be empty");
    throw invalidValue("This local endpoint keeps no templates: send Simple or Raw content.");
  }
  // The service gives no text here.
  if (content.kind === "simple" && source === undefined) throw invalidValue("");
  return content;
}

const UNPLAYED = ["ListManagementOptions", "TenantName", "EndpointId", "ConfigurationOverrides"];

function noteUnplayed(input: Json, notes: DeliveryNotes): void {
  for (const place of UNPLAYED) {
    if (!Object.hasOwn(input, place) || input[place] === null) continue;
    const message = `${place} has no effect at this local endpoint: the message is delivered as without it`;
    notes.add({ code: "ses.not-played", severity: "warning", place, message, hint: undefined });
  }
}
