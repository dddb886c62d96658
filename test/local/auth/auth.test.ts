// The four forms of authentication; every signature here is computed by the test, by AWS's published rules.
import { createHash, createHmac } from "node:crypto";
import type { LocalSes, LocalSesOptions } from "mimewright/local";
import { describe, expect, it } from "vitest";
import { type Answer, errorOf, type Form, fakeClock, handle, start, textOf } from "../support/helpers.ts";

// The example pair of AWS's documentation.
const KEY = ["AKIA", "IOSFODNN7", "EXAMPLE"].join("");
const SECRET = ["wJalrXUtnFEMI", "K7MDENG", "bPxRfiCYEXAMPLEKEY"].join("/");
const HOST = "email.us-east-1.amazonaws.com";
const MINUTE = 60_000;
const BODY = "Action=GetSendQuota&Version=2010-12-01";

function hmac(hash: string, secret: string | Buffer, data: string | Buffer): Buffer {
  return createHmac(hash, secret).update(data).digest();
}

function aws3(at: number, body = BODY, secret = SECRET, key = KEY): Form {
  const date = new Date(at).toUTCString();
  const toSign = createHash("sha256").update(`POST\n/\n\ndate:${date}\nhost:${HOST}\n\n${body}`).digest();
  const signature = hmac("sha256", secret, toSign).toString("base64");
  return {
    date,
    host: HOST,
    "x-amzn-authorization": `AWS3 AWSAccessKeyId=${key}, Signature=${signature}, Algorithm=HmacSHA256, SignedHeaders=Date;Host`,
  };
}

function aws3Https(at: number, hash: "sha1" | "sha256" = "sha256", secret = SECRET): Form {
  const date = new Date(at).toUTCString();
  const signature = hmac(hash, secret, date).toString("base64");
  return {
    date,
    "x-amzn-authorization": `AWS3-HTTPS AWSAccessKeyId=${KEY},Algorithm=Hmac${hash.toUpperCase()},Signature=${signature}`,
  };
}

function sigV2(parameters: Form, method = "POST", hash = "sha256", secret = SECRET): string {
  const all: Form = {
    AWSAccessKeyId: KEY,
    SignatureVersion: "2",
    SignatureMethod: `Hmac${hash.toUpperCase()}`,
    ...parameters,
  };
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = Object.keys(all)
    .sort()
    .map((name) => `${encode(name)}=${encode(all[name] ?? "")}`)
    .join("&");
  const signature = hmac(hash, secret, `${method}\n${HOST}\n/\n${query}`).toString("base64");
  return `${query}&Signature=${encode(signature)}`;
}

interface V4 {
  readonly at: number;
  readonly region?: string;
  readonly body?: string;
  readonly secret?: string;
}

function sigV4({ at, region = "us-east-1", body = BODY, secret = SECRET }: V4): Form {
  const time = `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
  const day = time.slice(0, 8);
  const sha = (data: string) => createHash("sha256").update(data).digest("hex");
  const canonical = `POST\n/\n\nhost:${HOST}\nx-amz-date:${time}\n\nhost;x-amz-date\n${sha(body)}`;
  const scope = `${day}/${region}/ses/aws4_request`;
  const key = [day, region, "ses", "aws4_request"].reduce<Buffer | string>(
    (from, text) => hmac("sha256", from, text),
    `AWS4${secret}`,
  );
  const signature = hmac("sha256", key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha(canonical)}`).toString("hex");
  return {
    host: HOST,
    "x-amz-date": time,
    authorization: `AWS4-HMAC-SHA256 Credential=${KEY}/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  };
}

async function strict(options: LocalSesOptions = {}): Promise<{ ses: LocalSes; clock: ReturnType<typeof fakeClock> }> {
  const clock = fakeClock();
  const ses = await start({ preset: "strict", actionThrottle: false, clock: clock.now, ...options });
  return { ses, clock };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function outcome(answer: Answer): string {
  return answer.status === 200 ? "200" : errorOf(answer);
}

const MISMATCH = /^403 SignatureDoesNotMatch: The request signature we calculated does not match the signature you/;

describe("authentication", () => {
  it("accepts AWS3, AWS3-HTTPS with both hashes, version 2 with both hashes, and version 4", async () => {
    const { ses, clock } = await strict();
    const v2 = { Action: "GetSendQuota", Timestamp: iso(clock.at) };
    expect(outcome(await handle(ses, BODY, aws3(clock.at)))).toBe("200");
    expect(outcome(await handle(ses, BODY, aws3Https(clock.at)))).toBe("200");
    expect(outcome(await handle(ses, BODY, aws3Https(clock.at, "sha1")))).toBe("200");
    expect(outcome(await handle(ses, sigV2(v2), { host: HOST }))).toBe("200");
    expect(outcome(await handle(ses, sigV2(v2, "POST", "sha1"), { host: HOST }))).toBe("200");
    expect(outcome(await handle(ses, BODY, sigV4({ at: clock.at })))).toBe("200");
  });

  it("accepts version 2 in the query of a GET request", async () => {
    const { ses, clock } = await strict();
    const query = sigV2({ Action: "GetSendQuota", Timestamp: iso(clock.at), Version: "2010-12-01" }, "GET");
    const response = await ses.handler(new Request(`http://localhost/?${query}`, { headers: { host: HOST } }));
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("<GetSendQuotaResponse");
  });

  it("signs every character of version 2 as RFC 3986 asks", async () => {
    const { ses, clock } = await strict();
    const form = { Action: "VerifyEmailIdentity", EmailAddress: "a!b'c*d+e@example.com", Timestamp: iso(clock.at) };
    expect(outcome(await handle(ses, sigV2(form), { host: HOST }))).toBe("200");
  });

  it("answers MissingAuthenticationToken only when none of the four is there", async () => {
    const { ses, clock } = await strict();
    const missing = "403 MissingAuthenticationToken: Request is missing Authentication Token";
    expect(errorOf(await handle(ses, BODY))).toBe(missing);
    expect(errorOf(await handle(ses, `AWSAccessKeyId=${KEY}&${BODY}&Timestamp=${iso(clock.at)}`))).toBe(missing);
  });

  it("answers SignatureDoesNotMatch for a wrong secret or a changed body", async () => {
    const { ses, clock } = await strict();
    const v2 = { Action: "GetSendQuota", Timestamp: iso(clock.at) };
    const wrong = [
      handle(ses, BODY, aws3(clock.at, BODY, "other")),
      handle(ses, BODY, aws3Https(clock.at, "sha256", "other")),
      handle(ses, sigV2(v2, "POST", "sha256", "other"), { host: HOST }),
      handle(ses, BODY, sigV4({ at: clock.at, secret: "other" })),
      handle(ses, `${BODY}&x=1`, aws3(clock.at)),
      handle(ses, `${sigV2(v2)}&x=1`, { host: HOST }),
      handle(ses, `${BODY}&x=1`, sigV4({ at: clock.at })),
    ];
    for (const answer of wrong) expect(errorOf(await answer)).toMatch(MISMATCH);
  });

  it("answers InvalidClientTokenId for a key that is not in the table", async () => {
    const { ses, clock } = await strict({ credentials: [{ accessKeyId: "MINE", secretAccessKey: "s3cret" }] });
    expect(errorOf(await handle(ses, BODY, aws3(clock.at)))).toBe(
      "403 InvalidClientTokenId: The security token included in the request is invalid.",
    );
    expect(outcome(await handle(ses, BODY, aws3(clock.at, BODY, "s3cret", "MINE")))).toBe("200");
  });

  it("answers IncompleteSignature when a part of the signature is missing", async () => {
    const { ses, clock } = await strict();
    const v4 = sigV4({ at: clock.at });
    const headers: readonly Form[] = [
      { ...v4, authorization: (v4.authorization ?? "").replace(/, Signature=.*/, "") },
      { ...v4, authorization: (v4.authorization ?? "").replace(/SignedHeaders=[^,]*, /, "") },
      { ...v4, authorization: `AWS4-HMAC-SHA256 Credential=${KEY}, SignedHeaders=host, Signature=00` },
      { ...aws3(clock.at), "x-amzn-authorization": `AWS3 AWSAccessKeyId=${KEY}, Algorithm=HmacSHA256` },
      { "x-amzn-authorization": "nonsense" },
    ];
    for (const one of headers) expect(errorOf(await handle(ses, BODY, one))).toMatch(/^400 IncompleteSignature: /);
    const v2 = sigV2({ Action: "GetSendQuota", Timestamp: iso(clock.at), SignatureMethod: "HmacMD5" }, "POST");
    expect(errorOf(await handle(ses, v2, { host: HOST }))).toMatch(/^400 IncompleteSignature: /);
  });

  it("wants Timestamp or Expires beside a version 2 signature, and never both", async () => {
    const { ses, clock } = await strict();
    const none = sigV2({ Action: "GetSendQuota" });
    const both = sigV2({ Action: "GetSendQuota", Timestamp: iso(clock.at), Expires: iso(clock.at) });
    expect(errorOf(await handle(ses, none, { host: HOST }))).toMatch(/^400 MissingParameter: /);
    expect(errorOf(await handle(ses, both, { host: HOST }))).toMatch(/^400 InvalidParameterCombination: /);
  });

  it("refuses a Timestamp 15 minutes and a second away, before and after, but none within", async () => {
    const { ses, clock } = await strict();
    const send = async (offset: number) => {
      const form = { Action: "GetSendQuota", Timestamp: iso(clock.at + offset) };
      return outcome(await handle(ses, sigV2(form), { host: HOST }));
    };
    expect([await send(15 * MINUTE), await send(-15 * MINUTE)]).toEqual(["200", "200"]);
    expect(await send(15 * MINUTE + 1_000)).toMatch(/^400 RequestExpired: /);
    expect(await send(-15 * MINUTE - 1_000)).toMatch(/^400 RequestExpired: /);
  });

  it("refuses a request more than 15 minutes after Expires", async () => {
    const { ses, clock } = await strict();
    const send = async (offset: number) => {
      const form = { Action: "GetSendQuota", Expires: iso(clock.at + offset) };
      return outcome(await handle(ses, sigV2(form), { host: HOST }));
    };
    expect([await send(60 * MINUTE), await send(-15 * MINUTE)]).toEqual(["200", "200"]);
    expect(await send(-15 * MINUTE - 1_000)).toMatch(/^400 RequestExpired: /);
  });

  it("holds the Date of an AWS3 header against the clock", async () => {
    const { ses, clock } = await strict();
    expect(errorOf(await handle(ses, BODY, aws3(clock.at - 16 * MINUTE)))).toMatch(/^400 RequestExpired: /);
    expect(errorOf(await handle(ses, BODY, aws3Https(clock.at + 16 * MINUTE)))).toMatch(/^400 RequestExpired: /);
  });

  it("tells a stale version 4 signature with the bounds it was held against", async () => {
    const { ses, clock } = await strict();
    expect(errorOf(await handle(ses, BODY, sigV4({ at: clock.at - 16 * MINUTE })))).toBe(
      "403 SignatureDoesNotMatch: Signature expired: 20260301T095100Z is now earlier than 20260301T095200Z (20260301T100700Z - 15 min.)",
    );
    expect(errorOf(await handle(ses, BODY, sigV4({ at: clock.at + 16 * MINUTE })))).toMatch(
      /^403 SignatureDoesNotMatch: Signature not yet current: /,
    );
  });

  it("checks signatures without the clock and the clock without signatures", async () => {
    const noClock = await strict({ clockWindow: false });
    expect(outcome(await handle(noClock.ses, BODY, aws3(0)))).toBe("200");
    const noSignatures = await strict({ signatures: false });
    const form = { Action: "GetSendQuota", Timestamp: "2011-08-18T22:22:36.000Z" };
    expect(errorOf(await handle(noSignatures.ses, form))).toMatch(/^400 RequestExpired: /);
    const nonsense = { Action: "GetSendQuota", Timestamp: "yesterday" };
    expect(errorOf(await handle(noSignatures.ses, nonsense))).toMatch(/^400 InvalidParameterValue: /);
  });

  it("checks nothing in the easy preset", async () => {
    const ses = await start();
    for (const headers of [{}, aws3(0, BODY, "other"), sigV4({ at: 0, secret: "other" })]) {
      expect(outcome(await handle(ses, BODY, headers))).toBe("200");
    }
  });

  it("takes any key in a strict endpoint whose table is empty", async () => {
    const { ses, clock } = await strict({ credentials: [] });
    expect(outcome(await handle(ses, BODY, sigV4({ at: clock.at, secret: "other" })))).toBe("200");
  });

  it("keeps the state of each region of a credential scope apart", async () => {
    const ses = await start();
    const body = "Action=VerifyEmailIdentity&EmailAddress=ann%40example.com";
    await handle(ses, body, sigV4({ at: Date.now(), region: "eu-west-1", body }));
    const list = async (region: string) =>
      textOf((await handle(ses, "Action=ListIdentities", sigV4({ at: Date.now(), region }))).body, "member");
    expect([await list("eu-west-1"), await list("us-east-1")]).toEqual(["ann@example.com", undefined]);
  });

  it("takes the region from the host when nothing is signed by scope", async () => {
    const ses = await start();
    const host = { host: "email.us-west-2.amazonaws.com" };
    await handle(ses, { Action: "VerifyEmailIdentity", EmailAddress: "ann@example.com" }, host);
    expect((await handle(ses, "Action=ListIdentities", host)).body).toContain("ann@example.com");
    expect((await handle(ses, "Action=ListIdentities")).body).not.toContain("ann@example.com");
  });
});
