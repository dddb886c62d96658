// A message made ready for the line: checked, measured, its recipients in groups, rendered when its turn comes.
import type { Limits } from "../../mail/limits/profiles.ts";
import type { Envelope, Message, RenderOptions } from "../../mail/message/types.ts";
import { collectChecked } from "../../mail/render/output.ts";
import { isRendered, mailIn, type Rendered, renderMail } from "../../mail/render/render.ts";
import type { Rendering } from "../../mail/render/render-options.ts";
import type { CallFields } from "./call-fields.ts";
import { type Destination, rawSendingIssues, sendingIssues, throwErrors } from "./send-checks.ts";

/** Raw bytes that another program composed, and who gets them. */
export interface RawMail {
  /** Not copied: they must stay as they are until there is a result. */
  readonly raw: Uint8Array;
  /** Addresses only, ASCII, domains as A-labels. */
  readonly envelope: Envelope;
}

/** What waits in line. */
export interface PreparedSend {
  /** What was given to the sender. */
  readonly item: Message | RawMail;
  /** Bytes, known before anything is rendered. */
  readonly bytes: number;
  readonly source: string;
  /** Recipients per call. */
  readonly groups: readonly (readonly string[])[];
  readonly fields: CallFields;
  /** With these a message is rendered to the same bytes again; absent for bytes that another program composed. */
  readonly rendering?: Rendering;
  /** Rendered once, whoever asks first; every attempt and every group gets the same bytes. */
  readonly render: () => Uint8Array | Promise<Uint8Array>;
}

/** How a message is made ready. */
export interface Preparation {
  /** Where it goes; Amazon SES with every field of a call when absent. */
  readonly destination?: Destination;
  readonly limits: Limits;
  readonly split: "never" | "envelope";
  readonly render: RenderOptions | Rendering;
  readonly fields: CallFields;
}

/**
 * Renders a message, once for all that is done with it. What is rendered already stays as it is.
 *
 * @throws MessageError for a message that cannot be sent, before anything is encoded
 */
export function prepareMessage(m: Message | Rendered, preparation: Preparation): PreparedSend {
  const { limits, fields, destination } = preparation;
  const rendered = isRendered(m) ? m : renderMail(m, preparation.render);
  throwErrors(sendingIssues(rendered, fields, limits, { destination, recipients: mostRecipients(preparation) }));
  const { message: item, envelope } = mailIn(rendered);
  return {
    ...{ item, source: envelope.from, fields, groups: inGroups(envelope.to, limits.recipients) },
    rendering: rendered.rendering,
    bytes: rendered.bytes,
    render: once(() => collectChecked(rendered, { maxBytes: limits.bytes })),
  };
}

/** @throws MessageError for bytes or an envelope that SES would refuse. */
export function prepareRaw(mail: RawMail, preparation: Preparation): PreparedSend {
  const { limits, fields, destination } = preparation;
  throwErrors(rawSendingIssues(mail, fields, limits, { destination, recipients: mostRecipients(preparation) }));
  const { raw, envelope: own } = mail;
  return {
    ...{ item: mail, source: own.from, fields, groups: inGroups(own.to, limits.recipients) },
    bytes: raw.length,
    render: () => raw,
  };
}

// A group needs a recipient: SES sends a call without recipients to those of the message's fields. Limits that say
// otherwise are compared as they are, and refuse the message.
function mostRecipients({ limits, split }: Preparation): number {
  const { recipients, splitRecipients } = limits;
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
