import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Written } from "../../src/deliver/core/outcome.ts";
import { blot } from "../../src/deliver/core/result.ts";
import { classify } from "../../src/deliver/ses/classification.ts";
import { wireError } from "../../src/deliver/ses/errors.ts";
import type { WireError, WireOutcome } from "../../src/deliver/ses/wire.ts";
import { meaningOf } from "./meaning.ts";

const time = 1_700_000_000_000;
const encode = (text: string) => new TextEncoder().encode(text);

function answer(status: number, code: string, text: string, headers: Record<string, string> = {}): WireOutcome {
  const body = encode(`<ErrorResponse><Error><Code>${code}</Code><Message>${text}</Message></Error></ErrorResponse>`);
  return { kind: "answer", status, headers, body };
}
const error = (code: string, origin: WireError["origin"] = "wire"): WireOutcome => ({
  kind: "error",
  code,
  message: "",
  origin,
});
const kindOf = (outcome: WireOutcome, written: Written = "some") =>
  meaningOf(classify({ api: "v1", outcome, written, time }));

describe("answers", () => {
  it.each([
    [400, "Throttling", "Maximum sending rate exceeded.", "throttled"],
    [400, "ThrottlingException", "Rate exceeded", "throttled"],
    [429, "Whatever", "", "throttled"],
    [400, "Throttling", "Daily message quota exceeded.", "quota"],
    [429, "TooManyRequestsException", "Daily message quota exceeded.", "quota"],
    [503, "ServiceUnavailable", "", "now"],
    [503, "Throttling", "Maximum sending rate exceeded.", "throttled"],
    [503, "SomethingNew", "", "unknown"],
    [500, "InternalFailure", "", "unknown"],
    [502, "Unknown", "", "unknown"],
    [504, "Unknown", "", "unknown"],
    [599, "SomethingNew", "", "unknown"],
    [400, "MessageRejected", "", "never"],
    [400, "AccountSendingPausedException", "", "account"],
    [403, "SignatureDoesNotMatch", "The request signature we calculated does not match", "account"],
    [418, "SomethingNew", "", "never"],
    [301, "Moved", "", "never"],
    [200, "NotAnId", "", "unknown"],
  ])("%i %s %s is %s", (status, code, text, kind) => {
    expect(kindOf(answer(status, code, text))).toBe(kind);
  });

  it("only the text about the sending rate lowers the rate", () => {
    const rate = (text: string) =>
      classify({ api: "v1", outcome: answer(400, "Throttling", text), written: "some", time }).outcome;
    expect(rate("Maximum sending rate exceeded.")).toMatchObject({ throttled: "rate" });
    expect(rate("Rate exceeded")).toMatchObject({ throttled: "other" });
  });

  it("a success is one only with a whole document and an id", () => {
    const whole =
      "<SendRawEmailResponse><SendRawEmailResult><MessageId>a-1</MessageId></SendRawEmailResult></SendRawEmailResponse>";
    const of = (text: string): WireOutcome => ({ kind: "answer", status: 200, headers: {}, body: encode(text) });
    expect(classify({ api: "v1", outcome: of(whole), written: "some", time }).outcome).toMatchObject({
      kind: "sent",
      messageId: "a-1",
    });
    for (let cut = 0; cut < whole.length; cut++) expect(kindOf(of(whole.slice(0, cut)))).toBe("unknown");
    expect(kindOf(of(whole.replace("a-1", "")))).toBe("unknown");
    expect(kindOf(of(whole.replace("a-1", "a b")))).toBe("unknown");
    expect(kindOf({ kind: "answer", status: 200, headers: {} })).toBe("unknown");
  });

  it("reads codes of API v2 from the header and from the body", () => {
    const of = (headers: Record<string, string>, body: string): WireOutcome => ({
      kind: "answer",
      status: 404,
      headers,
      body: encode(body),
    });
    const code = (outcome: WireOutcome) => classify({ api: "v2", outcome, written: "some", time }).outcome;
    expect(code(of({ "x-amzn-errortype": "NotFoundException:http://x" }, "{}"))).toMatchObject({
      code: "NotFoundException",
    });
    expect(code(of({}, '{"__type":"com.amazonaws#NotFoundException"}'))).toMatchObject({ code: "NotFoundException" });
    expect(code(of({}, "not json"))).toMatchObject({ code: "Unknown", again: "never" });
  });
});

describe("the clock", () => {
  const at = (ms: number) => ({ date: new Date(time + ms).toUTCString() });

  it("is corrected by the server's Date", () => {
    for (const [code, text] of [
      ["RequestExpired", ""],
      ["RequestTimeTooSkewed", ""],
      ["SignatureDoesNotMatch", "Signature expired: 20150411T064107Z is now earlier than"],
      ["InvalidSignatureException", "Signature not yet current: 20150411T064107Z"],
    ] as const) {
      const found = classify({ api: "v1", outcome: answer(403, code, text, at(900_000)), written: "some", time });
      expect([meaningOf(found), found.skew]).toEqual(["skewed", 900_000]);
    }
  });

  it("is not corrected without a Date, or by more than a day", () => {
    expect(kindOf(answer(400, "RequestExpired", ""))).toBe("account");
    expect(kindOf(answer(400, "RequestExpired", "", { date: "yesterday" }))).toBe("account");
    expect(kindOf(answer(400, "RequestExpired", "", at(86_400_000)))).toBe("skewed");
    expect(kindOf(answer(400, "RequestExpired", "", at(86_401_000)))).toBe("account");
  });
});

describe("errors", () => {
  it("are a definite no only when nothing was written", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom("wire", "deadline", "abort"), (code, origin) => {
        expect(kindOf(error(code, origin), "some")).toBe("unknown");
        expect(kindOf(error(code, origin), "none")).toBe(origin === "abort" ? "never" : "now");
      }),
    );
  });

  it("that cannot be seen are ambiguous unless their code proves otherwise", () => {
    expect(kindOf(error("ECONNRESET"), "unknown")).toBe("unknown");
    expect(kindOf(error("ECONNREFUSED"), "unknown")).toBe("now");
    expect(kindOf(error("ENOTFOUND"), "unknown")).toBe("now");
    expect(kindOf(error("ECONNREFUSED"), "some")).toBe("unknown");
    expect(kindOf(error("send.deadline", "deadline"), "unknown")).toBe("unknown");
  });

  it("of the client itself stay, unless they may pass", () => {
    expect(kindOf(wireError(new TypeError("x"), "client"), "none")).toBe("never");
    const failed = Object.assign(new Error("x"), { name: "CredentialsProviderError" });
    expect(kindOf(wireError(failed, "client"), "none")).toBe("now");
    expect(kindOf(wireError(failed, "client"), "unknown")).toBe("unknown");
  });
});

describe("the service's text", () => {
  it("is kept without addresses, in one line", () => {
    expect(blot("Email address is not verified: a@x.org, b@y.org\nCanonical: x")).toBe(
      "Email address is not verified: [address], [address]",
    );
  });

  it("never holds an at sign", () => {
    fc.assert(fc.property(fc.string({ maxLength: 2_000 }), (text) => !blot(`${text}@${text}`).includes("@")));
  });
});
