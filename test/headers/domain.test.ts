import { domainToASCII } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodePunycode, readDomain } from "../../src/mail/headers/addr-spec.ts";

describe("readDomain", () => {
  it("leaves ASCII as it is, numbers and case too", () => {
    for (const domain of ["Example.COM", "1.2", "0x7f", "a-b.c", "xn--mnchen-3ya.de", "localhost"]) {
      expect(readDomain(domain)).toEqual({ ok: true, domain, mapped: false });
    }
  });

  it.each([
    ["münchen.de", "xn--mnchen-3ya.de"],
    ["MÜNCHEN.de", "xn--mnchen-3ya.de"],
    ["mu\u0308nchen.de", "xn--mnchen-3ya.de"],
    ["例え.jp", "xn--r8jz45g.jp"],
    ["straße.de", "xn--strae-oqa.de"],
    ["ΣΑΣ.gr", "xn--mxa9ab.gr"],
  ])("writes %s as an A-label without remark", (text, domain) => {
    expect(readDomain(text)).toEqual({ ok: true, domain, mapped: false });
  });

  it.each([
    ["ｇmail.com", "gmail.com"],
    ["exa\u00admple.com", "example.com"],
    ["ü。com", "xn--tda.com"],
    ["①.com", "1.com"],
    ["ﬁ.com", "fi.com"],
  ])("tells that %s was mapped", (text, domain) => {
    expect(readDomain(text)).toEqual({ ok: true, domain, mapped: true });
  });

  it.each([
    "ü_x.com",
    "ex%61mple.ü",
    "ü:80",
    "a@ü.com",
    "ü .com",
    "a..ü",
    "ü.",
    ".ü",
    "-ü.com",
    "ü-.com",
    "－ü.com",
    "\u00ad-ü.com",
    "\u200b",
    "ü/x",
    "ü?x",
    "ü#x",
    "［::1］",
    "１.２",
    `${"ü".repeat(64)}.com`,
    "a_b.com",
    "",
  ])("refuses %j", (text) => {
    expect(readDomain(text).ok).toBe(false);
  });

  it("takes IPv4 and IPv6 literals only", () => {
    for (const text of ["[127.0.0.1]", "[IPv6:::1]", "[ipv6:2001:db8::192.0.2.1]"])
      expect(readDomain(text).ok).toBe(true);
    for (const text of [
      "[]",
      "[256.0.0.1]",
      "[1.2.3]",
      "[01.2.3.4]",
      "[IPv6:]",
      "[IPv6:1:2]",
      "[::1]",
      "[IPv6:fe80::1%eth0]",
      "[a]",
    ]) {
      expect(readDomain(text).ok).toBe(false);
    }
  });

  it("gives the same A-label as another implementation, whatever the label", () => {
    const label = fc.string({ unit: fc.constantFrom(..."abzß1éüñőжλ日本語가אب"), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(label, (text) => {
        const reading = readDomain(`${text}.org`);
        const expected = domainToASCII(`${text}.org`);
        if (reading.ok) expect(reading).toEqual({ ok: true, domain: expected, mapped: false });
        else expect(expected === "" || /(^|\.)xn--.{60,}/.test(expected)).toBe(true);
      }),
    );
  });
});

describe("decodePunycode", () => {
  // RFC 3492 s7.1
  it.each([
    ["\u4ED6\u4EEC\u4E3A\u4EC0\u4E48\u4E0D\u8BF4\u4E2D\u6587", "ihqwcrb4cv8a8dqg056pqjye"],
    ["Pročprostěnemluvíčesky", "Proprostnemluvesky-uyb24dma41a"],
    ["3年B組金八先生", "3B-ww4c5e180e575a65lsy2b"],
    ["MajiでKoiする5秒前", "MajiKoi5-783gue6qz075azm5e"],
    ["-> $1.00 <-", "-> $1.00 <--"],
  ])("reads %s", (label, written) => {
    expect(decodePunycode(written)).toBe(label);
  });
});
