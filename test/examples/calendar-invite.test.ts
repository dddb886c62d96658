import { readEml } from "mimewright/testing";
import { test } from "mimewright/vitest";
import { describe, expect } from "vitest";
import { invitation } from "../../examples/calendar-invite.ts";
import { withSender } from "./clients.ts";

const now = new Date("2026-11-01T09:00:00Z");
const meeting = {
  uid: "42@example.com",
  title: "Stand-up; daily, 東京と京都のチームが毎朝かならず集まる短い打ち合わせ",
  place: "Room 7,\nfirst floor",
  start: new Date("2026-12-07T09:30:00Z"),
  end: new Date("2026-12-07T09:45:00Z"),
  organizer: { name: 'Ann "A" Smith', address: "ann@example.com" },
  guest: { name: "Zoë", address: "zoe@example.org" },
};

describe("a calendar invitation", () => {
  test("arrives as an alternative that calendars act on, and as a file", async ({ ses, inbox }) => {
    await withSender(ses, async (sender) => {
      expect((await sender.send(invitation(meeting, "REQUEST", now))).status).toBe("sent");
      expect((await sender.send(invitation(meeting, "CANCEL", now))).status).toBe("sent");
    });
    const invite = await readEml(await inbox.waitFor({ subject: /^Invitation/ }));
    expect(invite).toHavePart("text/calendar", { text: /METHOD:REQUEST[\s\S]*UID:42@example\.com[\s\S]*SEQUENCE:0/ });
    expect(invite).toHaveAttachment("invite.ics", { type: "text/calendar" });
    const cancelled = await inbox.waitFor({ subject: /^Cancelled/ });
    expect(cancelled).toHavePart("text/calendar", { text: /METHOD:CANCEL[\s\S]*UID:42@example\.com[\s\S]*SEQUENCE:1/ });
    expect(cancelled).toHaveNoIssues();
  });

  test("has lines of 75 octets, and texts that come back whole", () => {
    const content = invitation(meeting, "REQUEST", now).calendar?.content ?? "";
    const lines = content.split("\r\n");
    expect(Math.max(...lines.map((line) => new TextEncoder().encode(line).length))).toBeLessThanOrEqual(75);
    const unfolded = content.replaceAll("\r\n ", "");
    expect(unfolded).toContain(`SUMMARY:${meeting.title.replace(";", "\\;").replace(",", "\\,")}\r\n`);
    expect(unfolded).toContain("LOCATION:Room 7\\,\\nfirst floor\r\n");
  });
});
