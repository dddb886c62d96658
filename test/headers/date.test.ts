import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDate, isHeaderDate, parseDate } from "../../src/headers/date.ts";
import { dateFault } from "../../src/headers/date-fault.ts";

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
      expect(parseDate(text)).toBe(expected);
    }
    expect(parseDate("1 Jan 2026 00:00 +0000")).toBe(Date.UTC(2026, 0, 1));
  });

  it.each([
    "",
    "not a date",
    "Invalid Date",
    "Mon, 24 Nov 2026 05:06:07 +0000",
    "31 Feb 2026 00:00:00 +0000",
    "0 Jan 2026 00:00:00 +0000",
    "24 nov 2026 05:06:07 +0000",
    "24 Nov 26 05:06:07 +0000",
    "24 Nov 2026 24:00:00 +0000",
    "24 Nov 2026 05:60:00 +0000",
    "24 Nov 2026 05:06:07",
    "24 Nov 2026 05:06:07 EST",
    "24 Nov 2026 05:06:07 +0060",
    "2026-11-24T05:06:07Z",
    "24 Nov 1899 05:06:07 +0000",
  ])("refuses %j", (text) => {
    expect(parseDate(text)).toBeUndefined();
  });

  it("knows the years a header can hold", () => {
    expect(isHeaderDate(Number.NaN)).toBe(false);
    expect(isHeaderDate(Date.UTC(1900, 0, 1) - 1)).toBe(false);
    expect(isHeaderDate(Date.UTC(9999, 11, 31))).toBe(true);
    expect(isHeaderDate(Date.UTC(10000, 0, 1))).toBe(false);
  });

  it("reads back what it writes, and agrees with the date parser of the language", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(Date.UTC(1900, 0, 1)), max: new Date(Date.UTC(9999, 11, 31)), noInvalidDate: true }),
        (date) => {
          const seconds = Math.floor(date.getTime() / 1000) * 1000;
          const text = formatDate(date.getTime());
          expect(parseDate(text)).toBe(seconds);
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
    expect(dateFault(text)).toMatch(message);
  });
});
