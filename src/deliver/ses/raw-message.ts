// Payloads of SendRawEmail: the bytes, and beside them the envelope, tags and names that the call takes.
// Amazon SES API Reference, SendRawEmail.

import { readOptionsOf, shapeOf } from "../../given.ts";
import { checkLimits } from "../../mail/limits/check.ts";
import { type Limits, sesV1 } from "../../mail/limits/profiles.ts";
import { readLimits } from "../../mail/limits/read-limits.ts";
import type { Message, RenderOptions } from "../../mail/message/types.ts";
import { encodeBase64 } from "../../mail/octets/base64.ts";
import { collectChecked } from "../../mail/render/output.ts";
import { mailIn, type Rendered, renderMail } from "../../mail/render/render.ts";
import { renderReaders } from "../../mail/render/render-options.ts";
import { callFieldReaders, callFieldsOf, type SendingFields } from "../core/call-fields.ts";
import { sendingIssues, throwErrors } from "../core/send-checks.ts";
import { fieldParameters } from "./parameters.ts";

/** What `rawMessage` takes besides the options of rendering. */
export interface RawMessageOptions extends RenderOptions {
  /** Checked before a byte is encoded. `sesV1` when absent. */
  readonly limits?: Limits;
}

/** What `sendRawEmailInput` takes. */
export interface SendRawEmailOptions extends RawMessageOptions, SendingFields {}

/** The input of `SendRawEmailCommand`, as the AWS SDK names it. */
export interface SendRawEmailParameters {
  readonly Source: string;
  readonly Destinations: string[];
  readonly RawMessage: { readonly Data: Uint8Array };
  readonly ConfigurationSetName?: string;
  readonly Tags?: { readonly Name: string; readonly Value: string }[];
  readonly FromArn?: string;
  readonly SourceArn?: string;
  readonly ReturnPathArn?: string;
}

/**
 * The message as `RawMessage` of SendRawEmail. The SDK encodes `Data` in base64 itself. Bcc is not in the bytes: give
 * the call its Destinations, or let {@link sendRawEmailInput} do it.
 *
 * @throws OptionError for unusable options; MessageError with every issue when the message does not fit the limits.
 * @example
 * await client.send(new SendRawEmailCommand({ RawMessage: await rawMessage(m), Destinations: [...envelope(m).to] }));
 */
export async function rawMessage(
  m: Message | Rendered,
  options: RawMessageOptions = {},
): Promise<{ Data: Uint8Array }> {
  const { limits = sesV1, ...rendering } = readOptionsOf<RawMessageOptions>(options, RAW);
  const rendered = renderMail(m, rendering);
  throwErrors(checkLimits(rendered, limits));
  return { Data: await collectChecked(rendered, { maxBytes: limits.bytes }) };
}

/**
 * The message in base64, for callers of the HTTP API and command lines. Not for the SDK, which would encode it twice.
 *
 * @throws MessageError as {@link rawMessage}.
 * @example
 * const body = new URLSearchParams({ Action: "SendRawEmail", "RawMessage.Data": await rawMessageBase64(m) });
 */
export async function rawMessageBase64(m: Message | Rendered, options: RawMessageOptions = {}): Promise<string> {
  return encodeBase64((await rawMessage(m, options)).Data);
}

/**
 * Everything that one SendRawEmail call takes. Source and Destinations are the message's envelope and nothing else.
 *
 * @throws MessageError `envelope.empty` without a recipient; `limit.tag`, `limit.configuration-set`; else as
 * {@link rawMessage}.
 * @example
 * await client.send(new SendRawEmailCommand(await sendRawEmailInput(m, { tags: { campaign: "spring" } })));
 */
export async function sendRawEmailInput(
  m: Message | Rendered,
  options: SendRawEmailOptions = {},
): Promise<SendRawEmailParameters> {
  const { limits = sesV1, ...given } = readOptionsOf<SendRawEmailOptions>(options, INPUT);
  const { configurationSet, tags, fromArn, sourceArn, returnPathArn, ...rendering } = given;
  const fields = callFieldsOf(given);
  const rendered = renderMail(m, rendering);
  throwErrors(sendingIssues(rendered, fields, limits));
  const { from, to } = mailIn(rendered).envelope;
  const Data = await collectChecked(rendered, { maxBytes: limits.bytes });
  return {
    Source: from,
    Destinations: [...to],
    RawMessage: { Data },
    ...fieldParameters("v1", fields),
  };
}

const HINTS = new Map([
  ["maxBytes", "limits says how many bytes a message may have: limits: { ...sesV1, bytes: 5_000_000 }"],
]);
const RAW = shapeOf<RawMessageOptions>({ ...renderReaders, limits: readLimits }, { hints: HINTS });

const { configurationSet, tags, fromArn, sourceArn, returnPathArn } = callFieldReaders;
const INPUT = shapeOf<SendRawEmailOptions>(
  { ...RAW.readers, configurationSet, tags, fromArn, sourceArn, returnPathArn },
  {
    hints: new Map([...HINTS, ["ConfigurationSetName", "use configurationSet"], ["Tags", "use tags: { name: value }"]]),
  },
);
