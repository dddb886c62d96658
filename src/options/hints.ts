// Names that other libraries and services give to what has another name here, and what to write instead: one table for
// every entry point that takes a message. nodemailer, SendGrid, Mailgun, Resend, Postmark, the AWS SDK, mailgen.
import type { Hints } from "./suggestions.ts";

// A line for each answer: the names, in lower case without `-`, `_` and spaces, then `:` and what to write.
const FILE = 'use attachments: [await file(path)], with file() of "mimewright/node"';
const SENDING = "it belongs to the call that sends, as an option of send()";
const RENDERED = "render it first, and give the result as html and text";

const MESSAGE = `
path href file files filepath: ${FILE}
raw: existing messages are sent as they are, with sendRaw(bytes)
icalevent ics ical event invite: use calendar: { method, content }
watchhtml: use watch
amphtml amp4email: use amp
alternatives alternative: use body: { type: "multipart/alternative", parts }
list listheaders unsubscribe: use listUnsubscribe, or headers
encoding: use textEncoding or charset
dkim smime pgp: sign the finished message, or let the service sign it
htmlbody bodyhtml htmlcontent htmlpart: use html
textbody bodytext plain plaintext textcontent textpart: use text
message content msg: use text or html
react jsx component: ${RENDERED}: html: await render(element)
template templateid templatealias templatename templatemodel templatedata dynamictemplatedata data variables context substitutions recipientvariables: ${RENDERED}
intro outro action greeting dictionary: ${RENDERED}: html: mailgen.generate(…)
personalizations destinations: compose one message for each reader
recipient recipients toaddresses toemail toemails toname email destination: use to
ccaddresses ccemails carboncopy: use cc
bccaddresses bccemails blindcopy: use bcc
source fromemailaddress fromaddress fromemail fromname: use from: { name, address }
replytoaddresses replytolist replytoemail hreplyto: use replyTo
returnpath bounceaddress mailfrom: use envelope: { from }
title subjectline: use subject
inline inlines embeds embed images inlineattachments: use attachments with a cid, and cid: in the html
header customheaders extraheaders: use headers
importance xpriority: use priority
threadid: use references and inReplyTo
tags tag category categories metadata customargs uniqueargs emailtags otag: ${SENDING}: tags
configurationsetname configurationset messagestream ippoolname: ${SENDING}
sendat scheduledat deliverat odeliverytime delay: nothing is scheduled here: use the outbox or the queue
trackopens tracklinks trackingsettings mailsettings tracking asm dsn attachdataurls disablefileaccess disableurlaccess normalizeheaderkey: there is no such setting; leave it out
transporter transport8bit: leave it out
`;

const ATTACHMENT = `
path filepath: nothing is opened here: use file(path) of "mimewright/node"
href url uri src: nothing is fetched here: give the bytes as content
raw: give the bytes as content, or a tree as body
contentdisposition contentdispositiontype: use disposition
contentid inlinecontentid imageid: use cid
name attachmentname: use filename
file: use filename; file(path) of "mimewright/node" reads a file
type mimetype mime mediatype: use contentType
data body buffer bytes blob stream html text string value fileblob contentbytes: use content
base64 base64content contentbase64: use content, with encoding: "base64"
contenttransferencoding transferencoding: use encoding
inline isinline: use disposition: "inline", or cid for what the html shows
headers header: an attachment has options for its fields; a part of body has fields
charset: give the content as a string, or charset in contentType
`;

const PART = `
contenttype mimetype mime: use type
headers header: use fields
cid contentid: use id
name: use filename
children childnodes nodes alternatives attachments: use parts
body data value text html raw: use content
path: nothing is opened here: give { open } or bytes as content
href url: nothing is fetched here: give the bytes as content
contentdisposition: use disposition
contenttransferencoding transferencoding: use encoding
boundary: it is written by the composer
rfc822 email: use message
`;

const CALENDAR = `
ics ical icalevent event data body string text value: use content
path href url: nothing is opened here: give what is in the file as content
name file: use filename
type contenttype encoding: leave it out: it is always text/calendar
`;

const ENVELOPE = `
mailfrom returnpath sender source bounce bounces: use from
rcptto recipient recipients cc bcc destination destinations: use to
size use8bitmime dsn mtpriority requiretls: leave it out
`;

const MAILBOX = `
email mail emailaddress value addr mailbox: use address
displayname fullname title label firstname lastname: use name
members addresses: use { group, members }
`;

/** What to write instead of other libraries' names, for each object that a message is made of. */
export const hintsFor = {
  message: hintsIn(MESSAGE),
  attachment: hintsIn(ATTACHMENT),
  part: hintsIn(PART),
  calendar: hintsIn(CALENDAR),
  envelope: hintsIn(ENVELOPE),
  mailbox: hintsIn(MAILBOX),
} satisfies Readonly<Record<string, Hints>>;

// A table is read when there is an unknown name: a program without mistakes does not pay for it.
function hintsIn(table: string): Hints {
  let read: ReadonlyMap<string, string> | undefined;
  return {
    get(name) {
      read ??= new Map(table.trim().split("\n").flatMap(readLine));
      return read.get(name);
    },
  };
}

function readLine(line: string): readonly (readonly [name: string, hint: string])[] {
  const end = line.indexOf(": ");
  const hint = line.slice(end + 2);
  return line
    .slice(0, end)
    .split(" ")
    .map((name) => [name, hint] as const);
}
