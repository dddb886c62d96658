// mimewright/ses: messages as Amazon SES takes them, and a sender that says what became of each.
export {
  type RawMessageOptions,
  rawMessage,
  rawMessageBase64,
  type SendRawEmailOptions,
  type SendRawEmailParameters,
  sendRawEmailInput,
} from "./ses/raw-message.ts";
export type { SendingFields } from "./ses/sending-fields.ts";
