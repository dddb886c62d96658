// Limits of the size of a message that is not yet encoded: bytes, parts, depth, lines, recipients.
import { formatPath } from "../../issues/wording.ts";
import { errorIssue, type Issue, type Place } from "../../issues.ts";
import type { Envelope, Message } from "../message/types.ts";
import { toCrlf } from "../octets/line-ends.ts";
import type { Entity } from "../render/entity.ts";
import { largestFirst } from "../render/output.ts";
import type { Rendered } from "../render/render.ts";
import type { Limits } from "./profiles.ts";

/** A message has recipients, and no more than one call takes. */
export function checkRecipients(
  m: Message,
  { to }: Envelope,
  { recipients, name }: Pick<Limits, "recipients" | "name">,
  root: Place,
): void {
  const count = to.length;
  const given = m.envelope?.to !== undefined;
  const place = given ? root.at("envelope").at("to") : root.at("to");
  if (count === 0 && given) {
    place.error("envelope.empty", "the envelope has no recipients", { rfc: "RFC 5321 s3.3" });
  } else if (count === 0) {
    place.error("address.missing", "the message has no recipients", { hint: "set to, cc or bcc" });
  } else if (count > recipients) {
    const hint = "members of groups count; splitRecipients() makes several sends of it";
    place.error(
      "limit.recipients",
      `${count} recipients are more than ${recipients}, which ${name} takes in one call`,
      { hint },
    );
  }
}

/** A service that sends for verified identities takes no message without a sender. */
export function checkSender({ from }: Envelope, { nullSender, name }: Limits, root: Place): void {
  if (!nullSender && from === "") root.sink.add(nullReversePath(name));
}

/** The issue of an envelope without a sender, for one who wants one. */
export function nullReversePath(name: string): Issue {
  const hint = "leave envelope.from out or give the address that gets bounces; SMTP takes the empty one";
  const message = `the envelope has the null reverse-path as its sender, which ${name} does not take`;
  return errorIssue("envelope.null", ["envelope", "from"], message, { rfc: "RFC 5321 s4.5.5", hint });
}

/** Text and html have their own limit: they are held in memory at once. */
export function checkTexts(m: Message, { text }: Limits, root: Place): void {
  for (const key of ["text", "html", "amp", "watch"] as const) {
    const body = m[key] ?? "";
    // RFC 3629 s3: a UTF-16 unit takes three octets at most.
    if (body.length * 3 <= text) continue;
    const size = utf8Length(toCrlf(body));
    if (size > text) root.at(key).error("limit.text", `${size} octets are more than ${text}`);
  }
}

function utf8Length(text: string): number {
  let size = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) size++;
    // A surrogate pair is two units and four octets.
    if (unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff)) size++;
  }
  return size;
}

/** Octets, parts and lines, all known without encoding. */
export function checkSize(m: Message, rendered: Rendered, limits: Limits, root: Place): void {
  const { bytes, exact, parts, longestLine } = rendered;
  if (bytes > limits.bytes) {
    const what = `the message takes ${exact ? "" : "at least "}${bytes} bytes, ${limits.name} takes ${limits.bytes}`;
    const largest = largestFirst(rendered.sizes)
      .slice(0, 3)
      .map((size) => `${formatPath(size.path)} ${size.bytes}`);
    const hint = `encoded, in bytes: ${largest.join(", ")}`;
    root.error("limit.bytes", what, largest.length > 0 ? { hint } : {});
  }
  if (parts > limits.parts) {
    root.at(m.body ? "body" : "attachments").error("limit.parts", `${parts} parts are more than ${limits.parts}`);
  }
  if (longestLine > limits.line) {
    const what = `a line of ${longestLine} octets is longer than ${limits.line}`;
    root.error("limit.line", what, { rfc: "RFC 5322 s2.1.1" });
  }
  if (limits.sevenBit && m.transport === "8bit") {
    const what = "8-bit bodies are not kept by every relay";
    root.at("transport").warning("encoding.eight-bit", what, { rfc: "RFC 6152 s3" });
  }
}

/** Multiparts and enclosed messages inside one another. */
export function checkDepth(m: Message, tree: Entity, { depth }: Limits, root: Place): void {
  let deepest = 0;
  const waiting: { readonly part: Entity; readonly level: number }[] = [{ part: tree, level: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const inside = [...(next.part.parts ?? []), ...(next.part.message === undefined ? [] : [next.part.message])];
    if (inside.length > 0) deepest = Math.max(deepest, next.level + 1);
    for (const part of inside) waiting.push({ part, level: next.level + 1 });
  }
  if (deepest <= depth) return;
  const place = m.body ? root.at("body") : root;
  place.error("limit.depth", `parts nest ${deepest} deep, ${depth} is the most`);
}
