// A message made ready for the line: checked, measured, its recipients in groups, rendered when its turn comes.

import type { V2Fields } from "../deliver/core/call-fields.ts";
import { checkSendingFields, type SendingFields } from "../deliver/core/call-fields.ts";
import type { SesApi, Wire } from "../deliver/ses/wire.ts";
import { errorIssue, type Issue } from "../issues.ts";
import type { Limits } from "../limits/profiles.ts";
import { areLimits } from "../limits/read-limits.ts";
import type { Envelope, Message, RenderOptions } from "../message/types.ts";
import { collect } from "../mime/output.ts";
import { isRendered, mailIn, type Rendered, renderMail } from "../mime/render.ts";
import type { Rendering } from "../mime/render-options.ts";
import { rawIssues } from "./raw-issues.ts";
import { sendingIssues, throwErrors } from "./sending-issues.ts";

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
  readonly rendering?: Rendering;
  /** Rendered once, whoever asks first; every attempt and every group gets the same bytes. */
  readonly render: () => Promise<Uint8Array>;
}

/** How parcels are made. */
export interface Packing {
  readonly api: SesApi;
  readonly unserved?: Wire["unserved"];
  readonly limits: Limits;
  readonly split: "never" | "envelope";
  readonly render: RenderOptions | Rendering;
  readonly fields: SendingFields & V2Fields;
}

/**
 * Renders a message, once for all that is done with it. What is rendered already stays as it is.
 *
 * @throws MessageError for a message that cannot be sent, before anything is encoded
 */
export function packMessage(m: Message | Rendered, packing: Packing): Parcel {
  const { limits, fields } = packing;
  const rendered = isRendered(m) ? m : renderMail(m, packing.render);
  throwErrors([...sendingIssues(rendered, fields, limits, mostRecipients(packing)), ...v2Issues(packing)]);
  const { message: item, envelope } = mailIn(rendered);
  return {
    ...{ item, source: envelope.from, fields, groups: inGroups(envelope.to, limits.recipients) },
    rendering: rendered.rendering,
    bytes: rendered.bytes,
    render: once(() => collect(rendered, { maxBytes: limits.bytes })),
  };
}

/** @throws MessageError for bytes or an envelope that SES would refuse. */
export function packRaw(mail: RawMail, packing: Packing): Parcel {
  const { limits, fields } = packing;
  const issues: Issue[] = [];
  const report = (issue: Issue) => void issues.push(issue);
  if (areLimits(limits, report)) {
    issues.push(...rawIssues(mail, { ...limits, recipients: mostRecipients(packing) }), ...v2Issues(packing));
    checkSendingFields(fields, limits, report);
  }
  throwErrors(issues);
  const { raw, envelope: own } = mail;
  return {
    ...{ item: mail, source: own.from, fields, groups: inGroups(own.to, limits.recipients) },
    bytes: raw.length,
    render: () => Promise.resolve(raw),
  };
}

const V2_ONLY = ["feedbackForwarding", "feedbackForwardingArn", "endpointId", "tenantName", "listManagement"] as const;

function v2Issues({ api, unserved, fields }: Packing): readonly Issue[] {
  const given = V2_ONLY.filter((key) => fields[key] !== undefined);
  return given.flatMap((key) => {
    const why = unserved?.get(key) ?? (api === "v1" ? "only a client of API v2 knows this option" : undefined);
    return why === undefined ? [] : [errorIssue("input.option", [key], why)];
  });
}

// A group needs somebody in it: SES sends a call without recipients to those of the message's fields. Limits that say
// otherwise are compared as they are, and refuse the message.
function mostRecipients({ limits: { recipients, splitRecipients }, split }: Packing): number {
  const canSplit = recipients === Number.POSITIVE_INFINITY || (Number.isSafeInteger(recipients) && recipients > 0);
  return split === "never" || !canSplit ? recipients : splitRecipients;
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
