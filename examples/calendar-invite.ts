// An invitation that calendars act on, and its cancellation: the same UID, a higher sequence, another method.
import { compose, type Message } from "mimewright";

/** A meeting. Times are points in time, whatever the zone of the reader. */
export interface Meeting {
  readonly uid: string;
  readonly title: string;
  readonly place: string;
  readonly start: Date;
  readonly end: Date;
  readonly organizer: { readonly name: string; readonly address: string };
  readonly guest: { readonly name: string; readonly address: string };
}

type Method = "REQUEST" | "CANCEL";

/** Invites the guest, or takes the invitation back. */
export function invitation(meeting: Meeting, method: Method, now: Date): Message {
  const { organizer, guest, title, place, start } = meeting;
  const what = method === "REQUEST" ? "Invitation" : "Cancelled";
  return compose({ from: organizer, to: guest })
    .subject(`${what}: ${title}`)
    .text(`${what}: ${title}\n${start.toUTCString()}\n${place}\n`)
    .calendar({ method, content: calendar(meeting, method, now), filename: "invite.ics" })
    .build();
}

function calendar({ uid, title, place, start, end, organizer, guest }: Meeting, method: Method, now: Date): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Example//Meetings//EN",
    `METHOD:${method}`,
    "BEGIN:VEVENT",
    `UID:${uid}`,
    `SEQUENCE:${method === "REQUEST" ? 0 : 1}`,
    `STATUS:${method === "REQUEST" ? "CONFIRMED" : "CANCELLED"}`,
    `DTSTAMP:${time(now)}`,
    `DTSTART:${time(start)}`,
    `DTEND:${time(end)}`,
    `SUMMARY:${text(title)}`,
    `LOCATION:${text(place)}`,
    `ORGANIZER;CN=${parameter(organizer.name)}:mailto:${organizer.address}`,
    `ATTENDEE;RSVP=TRUE;CN=${parameter(guest.name)}:mailto:${guest.address}`,
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return `${lines.map(fold).join("\r\n")}\r\n`;
}

// RFC 5545 s3.3.5, form 2: in UTC.
function time(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d+/g, "");
}

// RFC 5545 s3.3.11
function text(value: string): string {
  return value.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");
}

// RFC 5545 s3.2: a quoted value may hold everything but quotes and controls.
function parameter(value: string): string {
  return `"${value.replace(/["\p{Cc}]/gu, " ")}"`;
}

// RFC 5545 s3.1: at most 75 octets in a line, and no character torn in two.
function fold(line: string): string {
  let folded = "";
  let octets = 0;
  for (const char of line) {
    const size = new TextEncoder().encode(char).length;
    if (octets + size > 75) [folded, octets] = [`${folded}\r\n `, 1];
    folded += char;
    octets += size;
  }
  return folded;
}
