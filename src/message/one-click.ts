// One-click unsubscription, however its two fields were given. RFC 8058 s3.1.
import type { Field } from "../headers/field.ts";
import { errorIssue, type Path, type Report, warningIssue } from "../issues.ts";
import type { Door, Draft } from "./door.ts";
import { envelopeOf } from "./envelope.ts";

/** Reports a pair that services do not take, and one that unsubscribes somebody else. */
export function checkOneClick(draft: Draft, { given, headers, report }: Door): void {
  const post = fieldOf(draft, "list-unsubscribe-post");
  if (post === undefined) return;
  const own = headers.fields.find(({ field }) => field === post)?.path ?? ["headers", post.name];
  const path = given.listUnsubscribe === undefined ? own : ["listUnsubscribe"];
  // The option made sure of it, and of both fields.
  if (given.listUnsubscribe === undefined) checkUri(draft, path, report);
  if (envelopeOf(draft).to.length < 2) return;
  // The URI tells who unsubscribes, so that each reader gets one of their own.
  const message = "one click unsubscribes one reader, and the message goes to several";
  const detail = { rfc: "RFC 8058 s3.1", hint: "send each their own, with a URI of their own" };
  report(warningIssue("list.recipients", path, message, detail));
}

// The field beside it holds one HTTPS URI, and may hold others.
function checkUri(draft: Draft, path: Path, report: Report): void {
  const field = fieldOf(draft, "list-unsubscribe");
  const text = field?.value.kind === "structured" ? field.value.text : "";
  if (/<https:/i.test(text)) return;
  const message = "one-click unsubscription needs a List-Unsubscribe with an https: URI";
  const hint = "give listUnsubscribe, which writes both fields, or leave List-Unsubscribe-Post out";
  report(errorIssue("list.one-click", path, message, { rfc: "RFC 8058 s3.1", hint }));
}

function fieldOf(draft: Draft, name: string): Field | undefined {
  return draft.headers.find((field) => field.name.toLowerCase() === name);
}
