import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dateProblem,
  formatDate,
  formatIsoTime,
  isHeaderDate,
  parseDate,
  parseIsoTime,
  zoneOfOffset,
} from "../../src/mail/headers/date.ts";

describe("dates", () => {
  it("writes English names, two-digit days and a numeric zone", () => {
    expect(formatDate(Date.UTC(2026, 10, 24, 5, 6, 7))).toBe("Tue, 24 Nov 2026 05:06:07 +0000");
    expect(formatDate(Date.UTC(2026, 0, 2, 23, 59, 59, 999))).toBe("Fri, 02 Jan 2026 23:59:59 +0000");
  });

  it("reads every zone, with or without day name, seconds and a comment", () => {
    const expected = Date.UTC(2026, 10, 24, 4, 6, 7);
    for (const text of [
      "Tue, 24 Nov 2026 05:06:07 +0100",
      "24 Nov 2026 04:06:07 GMT",
      "Mon, 23 Nov 2026 23:36:07 -0430",
      "Tue, 24 Nov 2026 04:06:07 +0000 (UTC)",
    ]) {
      expect(parseDate(text)?.time).toBe(expected);
    }
    expect(parseDate("1 Jan 2026 00:00 +0000")?.time).toBe(Date.UTC(2026, 0, 1));
  });

  it.each([
    "",
    "not a date",
    "Invalid Date",
    "Mon, 24 Nov 2026 05:06:07 +0000",
    "31 Feb 2026 00:00:00 +0000",
    "0 Jan 2026 00:00:00 +0000",
    "24 Nov 26 05:06:07 +0000",
    "24 Nov 2026 24:00:00 +0000",
    "24 Nov 2026 05:60:00 +0000",
    "24 Nov 2026 05:06:07",
    "24 Nov 2026 05:06:07 CEST",
    "24 Nov 2026 05:06:07 J",
    "24 Nov 2026 05:06:07 +0060",
    "2026-11-24T05:06:07Z",
    "24 Nov 1899 05:06:07 +0000",
  ])("refuses %j", (text) => {
    expect(parseDate(text)).toBeUndefined();
  });

  // RFC 5322 s3.3, s4.3.
  it.each([
    ["Tue, 24 Nov 2026 14:06:07 +0900", "+0900"],
    ["Tue, 24 Nov 2026 10:51:07 +0545", "+0545"],
    ["Tue, 24 Nov 2026 01:36:07 -0330", "-0330"],
    ["Tue, 24 Nov 2026 05:06:07 -0000", "-0000"],
    ["tue, 24 NOV 2026 00:06:07 est", "-0500"],
    ["Mon, 23 Nov 2026 22:06:07 PDT", "-0700"],
    ["Tue, 24 Nov 2026 05:06:07 Z", "+0000"],
    ["Tue, 24 Nov 2026 05:06:07 K", "-0000"],
    ["Tue, 24 Nov 2026 14:06:07 +0900 (JST)", "+0900"],
  ])("keeps the zone of %j", (text, zone) => {
    expect(parseDate(text)).toEqual({ time: Date.UTC(2026, 10, 24, 5, 6, 7), zone });
    expect(parseDate(formatDate(Date.UTC(2026, 10, 24, 5, 6, 7), zone))).toEqual(parseDate(text));
  });

  it.each([
    ["Thu, 31 Dec 2026 23:59:60 +0000", "Fri, 01 Jan 2027 00:00:00 +0000"],
    ["Thu, 31 Dec 2026 23:59:60 +0530", "Fri, 01 Jan 2027 00:00:00 +0530"],
    ["Fri, 1 Jan 2027 08:59:60 +0900", "Fri, 01 Jan 2027 09:00:00 +0900"],
  ])(
    "compares the day of the week with the day that is written: a leap second in %j counts to the next",
    (text, next) => {
      expect(parseDate(text)).toEqual(parseDate(next));
    },
  );

  it.each([
    ["2026-11-24T14:06:07+09:00", "+0900"],
    ["2026-11-24T14:06:07.123+0900", "+0900"],
    ["2026-11-24 05:06:07Z", "+0000"],
    ["2026-11-24T05:06:07-00:00", "-0000"],
  ])("reads ISO 8601 with an offset: %s", (text, zone) => {
    const time = Date.UTC(2026, 10, 24, 5, 6, 7) + (text.includes(".123") ? 123 : 0);
    expect(parseIsoTime(text)).toEqual({ time, zone });
    expect(parseIsoTime(formatIsoTime({ time, zone }))).toEqual({ time, zone });
  });

  it.each([
    "2026-11-24",
    "2026-11-24T05:06:07",
    "2026-02-30T05:06:07Z",
    "2026-13-01T05:06:07Z",
    "2026-11-24T05:06+0960",
  ])("refuses ISO 8601 without an offset, and what is no time: %s", (text) =>
    expect(parseIsoTime(text)).toBeUndefined(),
  );

  it("writes the offset of a number of minutes, up to the last that four digits hold", () => {
    expect([540, -210, 0, 345, 5999, -5999].map(zoneOfOffset)).toEqual(
      "+0900 -0330 +0000 +0545 +9959 -9959".split(" "),
    );
    expect([6000, -6000, 1.5, Number.NaN, Number.POSITIVE_INFINITY].map(zoneOfOffset)).toEqual(
      Array(5).fill(undefined),
    );
  });

  it("knows the years a header can hold", () => {
    expect(isHeaderDate(Number.NaN)).toBe(false);
    expect(isHeaderDate(Date.UTC(1900, 0, 1) - 1)).toBe(false);
    expect(isHeaderDate(Date.UTC(9999, 11, 31))).toBe(true);
    expect(isHeaderDate(Date.UTC(10000, 0, 1))).toBe(false);
    expect(isHeaderDate(Date.UTC(10000, 0, 1) - 1, "+0100")).toBe(false);
  });

  it("reads back what it writes, and agrees with the date parser of the language", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(Date.UTC(1900, 0, 1)), max: new Date(Date.UTC(9999, 11, 31)), noInvalidDate: true }),
        (date) => {
          const seconds = Math.floor(date.getTime() / 1000) * 1000;
          const text = formatDate(date.getTime());
          expect(parseDate(text)).toEqual({ time: seconds, zone: "+0000" });
          expect(Date.parse(text)).toBe(seconds);
        },
      ),
    );
  });
});

describe("what a refusal says of a date", () => {
  it.each([
    ["Mon, 24 Nov 2026 05:06:07 +0000", /day of the week .* Tue$/],
    ["Tue, 31 Nov 2026 05:06:07 +0000", /no such day/],
    ["Tue, 24 Nov 2026 25:06:07 +0000", /time or the zone/],
    ["2026-11-24", /not a date and time/],
  ])("fits the mistake: %s", (text, message) => {
    expect(dateProblem(text)).toMatch(message);
  });
});
