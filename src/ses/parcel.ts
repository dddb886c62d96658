// A message made ready for the line: checked, measured, its recipients in groups, rendered when its turn comes.
import { errorIssue, type Issue } from "../issues.ts";
import { nullReversePath } from "../limits/message-size.ts";
import type { Limits } from "../limits/profiles.ts";
import { envelope } from "../message/envelope.ts";
import type { Envelope, Message, RenderOptions } from "../message/types.ts";
import { measure } from "../mime/measure.ts";
import { collect } from "../mime/output.ts";
import { checkSendingFields, type SendingFields } from "./sending-fields.ts";
import { emptyEnvelope, sendingIssues, throwErrors } from "./sending-issues.ts";
import type { SesApi, V2Fields, Wire } from "./wire/wire.ts";

/** Raw bytes that somebody else composed, and who gets them. */
export interface RawMail {
  /** Not copied: they must stay as they are until there is a result. */
  readonly raw: Uint8Array;
  /** Addresses only, ASCII, domains as A-labels. */
  readonly envelope: Envelope;
}

/** What waits in line. */
export interface Parcel {
  /** What was given to the sender. */
  readonly item: Message | RawMail;
  /** Bytes, known before anything is rendered. */
  readonly bytes: number;
  readonly source: string;
  /** Recipients per call. */
  readonly groups: readonly (readonly string[])[];
  readonly fields: SendingFields & V2Fields;
  /** With these a message is rendered to the same bytes again; absent for bytes that somebody else composed. */
  readonly rendering?: RenderOptions;
  /** Rendered once, whoever asks first; every attempt and every group gets the same bytes. */
  readonly render: () => Promise<Uint8Array>;
}

/** How parcels are made. */
export interface Packing {
  readonly api: SesApi;
  readonly unserved?: Wire["unserved"];
  readonly limits: Limits;
  readonly split: "never" | "envelope";
  readonly render: RenderOptions;
  readonly fields: SendingFields & V2Fields;
}

/** @throws MessageError for a message that cannot be sent, before anything is encoded. */
export function packMessage(m: Message, packing: Packing): Parcel {
  const { limits, fields } = packing;
  const rendering = fixed(packing.render);
  throwErrors([...sendingIssues(m, fields, wholeLimits(packing)), ...v2Issues(packing)]);
  const { from, to } = envelope(m);
  return {
    ...{ item: m, source: from, fields, groups: inGroups(to, limits.recipients) },
    rendering,
    bytes: measure(m, rendering).bytes,
    render: once(() => collect(m, { ...rendering, maxBytes: limits.bytes })),
  };
}

// Chosen once per message, so that what is sent later of it is the same.
function fixed({ now, seed, ...rest }: RenderOptions): RenderOptions {
  const date = now === undefined ? new Date() : now();
  return { ...rest, now: () => date, seed: seed ?? crypto.randomUUID() };
}

/** @throws MessageError for bytes or an envelope that SES would refuse. */
export function packRaw(mail: RawMail, packing: Packing): Parcel {
  const { limits, fields } = packing;
  const { raw, envelope: own } = mail;
  const issues: Issue[] = [...rawIssues(mail, wholeLimits(packing)), ...v2Issues(packing)];
  checkSendingFields(fields, limits, (issue) => issues.push(issue));
  throwErrors(issues);
  return {
    ...{ item: mail, source: own.from, fields, groups: inGroups(own.to, limits.recipients) },
    bytes: raw.length,
    render: () => Promise.resolve(raw),
  };
}

function rawIssues({ raw, envelope: own }: RawMail, limits: Limits): readonly Issue[] {
  const issues: Issue[] = [];
  if (raw.length > limits.bytes) {
    issues.push(errorIssue("limit.bytes", [], `the message takes ${raw.length} bytes, SES takes ${limits.bytes}`));
  }
  if (own.to.length === 0) issues.push(emptyEnvelope(["envelope", "to"]));
  if (own.to.length > limits.recipients) {
    const what = `${own.to.length} recipients are more than ${limits.recipients}`;
    issues.push(
      errorIssue("limit.recipients", ["envelope", "to"], what, { hint: 'split: "envelope" sends in groups' }),
    );
  }
  if (own.from === "" || own.from === "<>") issues.push(nullReversePath("Amazon SES"));
  else if (!ADDRESS.test(own.from)) issues.push(badAddress(["envelope", "from"]));
  for (const [index, to] of own.to.entries()) if (!ADDRESS.test(to)) issues.push(badAddress(["envelope", "to", index]));
  return issues;
}

// What may stand in a call's list: one address, ASCII; a blank only within a quoted local part.
const ADDRESS =
  /^(?:"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*"|[\x21\x23-\x3f\x41-\x7e]{1,64})@[\x21-\x7e]{1,255}$/;

function badAddress(path: readonly (string | number)[]): Issue {
  return errorIssue("address.syntax", path, "this is no ASCII address", { rfc: "RFC 5321 s4.1.2" });
}

const V2_ONLY = ["feedbackForwarding", "feedbackForwardingArn", "endpointId", "tenantName", "listManagement"] as const;

function v2Issues({ api, unserved, fields }: Packing): readonly Issue[] {
  const given = V2_ONLY.filter((key) => fields[key] !== undefined);
  return given.flatMap((key) => {
    const why = unserved?.get(key) ?? (api === "v1" ? "only a client of API v2 knows this option" : undefined);
    return why === undefined ? [] : [errorIssue("input.option", [key], why)];
  });
}

function wholeLimits({ limits, split }: Packing): Limits {
  return split === "never" ? limits : { ...limits, recipients: limits.splitRecipients };
}

function inGroups(to: readonly string[], max: number): readonly (readonly string[])[] {
  const groups: (readonly string[])[] = [];
  for (let at = 0; at < to.length; at += max) groups.push(Object.freeze(to.slice(at, at + max)));
  return groups;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
