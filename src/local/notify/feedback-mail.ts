// Mails the endpoint writes about a message: delivery status notifications (RFC 3464), feedback reports (RFC 5965),
// automatic answers (RFC 3834).

import { type SystemMessage, systemMessage } from "../inbox/delivered.ts";
import { messageId } from "../model/ids.ts";
import type { StoredMessage } from "../model/message.ts";
import { diagnosis, type Happening, type Subject } from "./payload.ts";

/** The mail about a bounce or complaint; undefined for a delivery, which is published to topics only. */
export function feedbackMail(subject: Subject, happening: Happening): StoredMessage | undefined {
  if (happening.type === "Delivery") return undefined;
  const parts = happening.type === "Bounce" ? bounceReport(subject, happening) : complaintReport(subject, happening);
  return systemMessage({ ...frame(subject), kind: "feedback", ...parts });
}

/** The answer of a recipient who is away. RFC 3834 s4: it goes to where bounces go. */
export function autoReply(subject: Subject, recipient: string): StoredMessage {
  return systemMessage({
    ...frame(subject),
    kind: "auto-reply",
    from: recipient,
    subject: "Out of the office",
    fields: ["Auto-Submitted: auto-replied"],
    text: ["I am out of the office and will read your message when I am back.", "", `(${recipient})`],
  });
}

function frame({ state, account, message, at }: Subject): Omit<SystemMessage, "kind" | "subject" | "text"> {
  return {
    id: messageId(account.region, at, state.random),
    region: account.region,
    at,
    from: "MAILER-DAEMON@amazonses.com",
    to: message.feedbackTo === "" ? message.source : message.feedbackTo,
  };
}

type Report = Pick<SystemMessage, "subject" | "fields" | "text">;

function bounceReport({ message }: Subject, bounce: Extract<Happening, { type: "Bounce" }>): Report {
  const status = bounce.recipients.flatMap((recipient) => [
    "",
    `Final-Recipient: rfc822; ${recipient}`,
    "Action: failed",
    "Status: 5.1.1",
    `Diagnostic-Code: ${bounce.subType === "General" ? "" : "x-amazonses; "}${diagnosis(bounce.subType)}`,
  ]);
  return report(message, {
    type: "delivery-status",
    subject: "Delivery Status Notification (Failure)",
    notice: ["An error occurred while trying to deliver the mail to the following recipients:", ...bounce.recipients],
    machine: ["Reporting-MTA: dns; amazonses.com", ...status],
  });
}

function complaintReport({ message, at }: Subject, complaint: Happening): Report {
  return report(message, {
    type: "feedback-report",
    subject: "Complaint about a message",
    notice: ["These recipients marked a message as unwanted:", ...complaint.recipients],
    machine: [
      "Feedback-Type: abuse",
      "User-Agent: Amazon SES Mailbox Simulator",
      "Version: 1",
      `Original-Mail-From: <${message.source}>`,
      ...complaint.recipients.map((recipient) => `Original-Rcpt-To: <${recipient}>`),
      `Arrival-Date: ${new Date(at).toUTCString().replace("GMT", "+0000")}`,
    ],
  });
}

interface ReportParts {
  readonly type: "delivery-status" | "feedback-report";
  readonly subject: string;
  readonly notice: readonly string[];
  readonly machine: readonly string[];
}

// RFC 6522 s3: a text for people, one for programs, and the head of the message it is about.
function report(message: StoredMessage, { type, subject, notice, machine }: ReportParts): Report {
  const boundary = `=_report_${message.id}`;
  return {
    subject,
    fields: [
      "Auto-Submitted: auto-replied",
      `Content-Type: multipart/report; report-type=${type}; boundary="${boundary}"`,
    ],
    text: [
      `--${boundary}`,
      "Content-Type: text/plain; charset=us-ascii",
      "",
      ...notice,
      "",
      `--${boundary}`,
      `Content-Type: message/${type}`,
      "",
      ...machine,
      "",
      `--${boundary}`,
      "Content-Type: text/rfc822-headers; charset=us-ascii",
      "",
      ...headLines(message),
      `--${boundary}--`,
    ],
  };
}

const mostLines = 500;

// What is not ASCII in the head is shown as question marks: the report itself is 7-bit.
function headLines({ head }: StoredMessage): readonly string[] {
  const lines = Buffer.from(head).toString("latin1").split(/\r?\n/, mostLines);
  return lines.map((line) => line.replace(/[^\t\x20-\x7e]/g, "?"));
}
