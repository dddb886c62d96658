// One-click unsubscription, however its two fields were given. RFC 8058 s3.1.

import type { Field } from "../headers/field.ts";
import type { Place } from "../issues.ts";
import type { Draft, MessageContext } from "./door.ts";
import { envelopeOf } from "./envelope.ts";

/** Reports a pair that services do not take, and one that unsubscribes somebody else. */
export function checkOneClick(draft: Draft, { given, headers, place }: MessageContext): void {
  const post = fieldOf(draft, "list-unsubscribe-post");
  if (post === undefined) return;
  const own = headers.fields.find(({ field }) => field === post)?.place ?? place.at("headers").at(post.name);
  const fieldPlace = given.listUnsubscribe === undefined ? own : place.at("listUnsubscribe");
  // The option made sure of it, and of both fields.
  if (given.listUnsubscribe === undefined) checkUri(draft, fieldPlace);
  if (envelopeOf(draft).to.length < 2) return;
  // The URI identifies the reader, so each reader needs a URI of their own.
  const message = "one click unsubscribes one reader, and the message goes to several";
  const detail = { rfc: "RFC 8058 s3.1", hint: "send one message per reader, each with its own URI" };
  fieldPlace.warning("list.recipients", message, detail);
}

// The field beside it holds one HTTPS URI, and may hold others.
function checkUri(draft: Draft, place: Place): void {
  const field = fieldOf(draft, "list-unsubscribe");
  const text = field?.value.kind === "structured" ? field.value.text : "";
  if (/<https:/i.test(text)) return;
  const message = "one-click unsubscription needs a List-Unsubscribe with an https: URI";
  const hint = "give listUnsubscribe, which writes both fields, or leave List-Unsubscribe-Post out";
  place.error("list.one-click", message, { rfc: "RFC 8058 s3.1", hint });
}

function fieldOf(draft: Draft, name: string): Field | undefined {
  return draft.headers.find((field) => field.name.toLowerCase() === name);
}
