// Identities: their states and what moves them, tokens, inheritance, listing, per-identity settings.
import type { LocalSes, LocalSesOptions } from "mimewright/local";
import { describe, expect, it } from "vitest";
import { errorOf, type Form, fakeClock, handle, simpleForm, start, textOf } from "../support/helpers.ts";

const HOUR = 3_600_000;

/** Verification and sandbox as strict has them, without the brakes of time. */
async function pending(options: LocalSesOptions = {}) {
  const clock = fakeClock();
  const ses = await start({ autoVerify: false, clock: clock.now, ...options });
  const call = async (form: Form) => (await handle(ses, form)).body;
  return { ses, clock, call };
}

async function statusOf(ses: LocalSes, identity: string): Promise<string | undefined> {
  const form = { Action: "GetIdentityVerificationAttributes", "Identities.member.1": identity };
  return textOf((await handle(ses, form)).body, "VerificationStatus");
}

async function dkimOf(ses: LocalSes, identity: string) {
  const body = (await handle(ses, { Action: "GetIdentityDkimAttributes", "Identities.member.1": identity })).body;
  const tokens = [...body.matchAll(/<member>([^<]*)<\/member>/g)].map(([, token]) => token);
  return { enabled: textOf(body, "DkimEnabled"), status: textOf(body, "DkimVerificationStatus"), tokens };
}

function members(xml: string): readonly (string | undefined)[] {
  return [...xml.matchAll(/<member>([^<]*)<\/member>/g)].map(([, member]) => member);
}

describe("addresses", () => {
  it("are verified at once with autoVerify, and any sender may send", async () => {
    const ses = await start();
    await handle(ses, { Action: "VerifyEmailIdentity", EmailAddress: "ann@example.com" });
    expect(await statusOf(ses, "ann@example.com")).toBe("Success");
    expect((await handle(ses, simpleForm({ Source: "stranger@example.net" }))).status).toBe(200);
    expect(ses.inbox.list({ kind: "verification" })).toEqual([]);
  });

  for (const [action, parameter] of [
    ["VerifyEmailIdentity", "EmailAddress"],
    ["VerifyEmailAddress", "EmailAddress"],
  ] as const) {
    it(`are Pending after ${action}, with a link in the inbox`, async () => {
      const { ses, call } = await pending();
      await call({ Action: action, [parameter]: "ann@example.com" });
      expect(await statusOf(ses, "ann@example.com")).toBe("Pending");
      const mail = await ses.inbox.waitFor({ to: "ann@example.com", kind: "verification" });
      const link = /http:\S+/.exec(mail.parse().text() ?? "")?.[0] ?? "";
      expect(new URL(link).origin).toBe(ses.url);
      expect(new URL(link).pathname).toBe("/verify");
      expect([...new URL(link).searchParams.keys()]).toEqual(["region", "identity", "token"]);
    });
  }

  it("fail 24 hours after the mail, and another mail makes them Pending again", async () => {
    const { ses, clock, call } = await pending();
    await call({ Action: "VerifyEmailIdentity", EmailAddress: "ann@example.com" });
    clock.advance(24 * HOUR - 1);
    expect(await statusOf(ses, "ann@example.com")).toBe("Pending");
    clock.advance(1);
    expect(await statusOf(ses, "ann@example.com")).toBe("Failed");
    await call({ Action: "VerifyEmailIdentity", EmailAddress: "ann@example.com" });
    expect(await statusOf(ses, "ann@example.com")).toBe("Pending");
  });

  it("count their case, domain part included", async () => {
    const { ses } = await pending();
    await ses.inbox.verify("ann@example.com");
    expect((await handle(ses, simpleForm({ Source: "ann@example.com" }))).status).toBe(200);
    expect(errorOf(await handle(ses, simpleForm({ Source: "ann@EXAMPLE.com" })))).toBe(
      "400 MessageRejected: Email address is not verified. The following identities failed the check in region US-EAST-1: ann@EXAMPLE.com",
    );
  });

  it("that are none are refused", async () => {
    const { ses } = await pending();
    for (const EmailAddress of ["STUB", "a b@example.com", "@example.com"]) {
      expect(errorOf(await handle(ses, { Action: "VerifyEmailIdentity", EmailAddress }))).toBe(
        `400 InvalidParameterValue: Invalid email address<${EmailAddress}>.`,
      );
    }
  });
});

describe("domains", () => {
  it("have a token of 44 characters that is the same in every answer, and another in another region", async () => {
    const { ses, call } = await pending();
    const first = textOf(await call({ Action: "VerifyDomainIdentity", Domain: "Example.com" }), "VerificationToken");
    expect(first).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(textOf(await call({ Action: "VerifyDomainIdentity", Domain: "example.com" }), "VerificationToken")).toBe(
      first,
    );
    const form = { Action: "GetIdentityVerificationAttributes", "Identities.member.1": "example.COM" };
    expect(textOf(await call(form), "VerificationToken")).toBe(first);
    const west = await handle(
      ses,
      { Action: "VerifyDomainIdentity", Domain: "example.com" },
      { host: "email.us-west-2.amazonaws.com" },
    );
    expect(textOf(west.body, "VerificationToken")).not.toBe(first);
  });

  it("have three DKIM tokens of 32 characters a-z and 2-7, always the same, however the domain is written", async () => {
    const { ses, call } = await pending();
    const tokens = members(await call({ Action: "VerifyDomainDkim", Domain: "example.com" }));
    expect(tokens).toHaveLength(3);
    for (const token of tokens) expect(token).toMatch(/^[a-z2-7]{32}$/);
    expect(members(await call({ Action: "VerifyDomainDkim", Domain: "EXAMPLE.com" }))).toEqual(tokens);
    expect((await dkimOf(ses, "example.com")).tokens).toEqual(tokens);
    expect((await dkimOf(ses, "ann@example.com")).tokens).toEqual(tokens);
    expect(members(await call({ Action: "ListIdentities" }))).toEqual(["example.com"]);
  });

  it("fail after 72 hours, their DKIM records too", async () => {
    const { ses, clock, call } = await pending();
    await call({ Action: "VerifyDomainDkim", Domain: "example.com" });
    clock.advance(72 * HOUR - 1);
    expect([await statusOf(ses, "example.com"), (await dkimOf(ses, "example.com")).status]).toEqual([
      "Pending",
      "Pending",
    ]);
    clock.advance(1);
    expect([await statusOf(ses, "example.com"), (await dkimOf(ses, "example.com")).status]).toEqual([
      "Failed",
      "Failed",
    ]);
  });

  it("are verified by their TXT record through the resolver", async () => {
    const records = new Map<string, readonly string[]>();
    const asked: string[] = [];
    const { ses, call } = await pending({
      resolve: async (name, type) => {
        asked.push(`${type} ${name}`);
        return records.get(name) ?? [];
      },
    });
    const token = textOf(await call({ Action: "VerifyDomainIdentity", Domain: "example.com" }), "VerificationToken");
    expect(await statusOf(ses, "example.com")).toBe("Pending");
    records.set("_amazonses.example.com", ["other", token ?? ""]);
    expect((await handle(ses, simpleForm({ Source: "ann@mail.example.com" }))).status).toBe(200);
    expect(await statusOf(ses, "example.com")).toBe("Success");
    expect(new Set(asked)).toEqual(new Set(["TXT _amazonses.example.com"]));
  });

  it("are verified by all three CNAME records, and may then send", async () => {
    const records = new Map<string, readonly string[]>();
    const { ses, call } = await pending({ resolve: async (name) => records.get(name) ?? [] });
    const tokens = members(await call({ Action: "VerifyDomainDkim", Domain: "example.com" }));
    for (const token of tokens.slice(1))
      records.set(`${token}._domainkey.example.com`, [`${token}.dkim.amazonses.com.`]);
    expect((await dkimOf(ses, "example.com")).status).toBe("Pending");
    records.set(`${tokens[0]}._domainkey.example.com`, [`${tokens[0]}.dkim.AMAZONSES.com`]);
    expect((await handle(ses, simpleForm())).status).toBe(200);
    expect((await dkimOf(ses, "example.com")).status).toBe("Success");
  });

  it("stay Pending when the resolver fails", async () => {
    const { ses, call } = await pending({ resolve: () => Promise.reject(new Error("no network")) });
    await call({ Action: "VerifyDomainIdentity", Domain: "example.com" });
    expect(await statusOf(ses, "example.com")).toBe("Pending");
  });

  it("speak for their subdomains and addresses, not for domains that only end alike", async () => {
    const { ses } = await pending();
    await ses.inbox.verify("example.com");
    const send = async (Source: string) => (await handle(ses, simpleForm({ Source }))).status;
    expect([await send("a@example.com"), await send("a@b.c.EXAMPLE.com")]).toEqual([200, 200]);
    expect([await send("a@notexample.com"), await send("a@com")]).toEqual([400, 400]);
  });

  it("that are none are refused", async () => {
    const { ses } = await pending();
    for (const Domain of [
      "localhost",
      "-a.com",
      "a..com",
      "exa mple.com",
      "ann@example.com",
      `${"a".repeat(64)}.com`,
    ]) {
      expect(errorOf(await handle(ses, { Action: "VerifyDomainIdentity", Domain }))).toMatch(
        /^400 InvalidParameterValue: /,
      );
    }
  });
});

describe("lists", () => {
  it("hold every identity whatever its state; ListVerifiedEmailAddresses only verified addresses", async () => {
    const { ses, call } = await pending();
    await ses.inbox.verify("b@example.com");
    await call({ Action: "VerifyEmailIdentity", EmailAddress: "a@example.com" });
    await call({ Action: "VerifyDomainIdentity", Domain: "example.org" });
    expect(members(await call({ Action: "ListIdentities" }))).toEqual([
      "a@example.com",
      "b@example.com",
      "example.org",
    ]);
    expect(members(await call({ Action: "ListIdentities", IdentityType: "Domain" }))).toEqual(["example.org"]);
    expect(members(await call({ Action: "ListVerifiedEmailAddresses" }))).toEqual(["b@example.com"]);
  });

  it("come in pages whose token goes on where the page ended, also when that name is deleted", async () => {
    const { ses, call } = await pending();
    for (const name of ["a.example", "b.example", "c.example", "d@e.example", "f.example"])
      await ses.inbox.verify(name);
    const first = await call({ Action: "ListIdentities", MaxItems: "2" });
    expect(members(first)).toEqual(["a.example", "b.example"]);
    await call({ Action: "DeleteIdentity", Identity: "b.example" });
    const second = await call({ Action: "ListIdentities", MaxItems: "2", NextToken: textOf(first, "NextToken") ?? "" });
    expect(members(second)).toEqual(["c.example", "d@e.example"]);
    const third = await call({ Action: "ListIdentities", MaxItems: "2", NextToken: textOf(second, "NextToken") ?? "" });
    expect([members(third), textOf(third, "NextToken")]).toEqual([["f.example"], undefined]);
  });

  it("take a token with whatever IdentityType, in its own region", async () => {
    const { ses, call } = await pending();
    for (const name of ["a.example", "b.example"]) await ses.inbox.verify(name);
    const token = textOf(await call({ Action: "ListIdentities", MaxItems: "1" }), "NextToken") ?? "";
    const domains = { Action: "ListIdentities", NextToken: token, IdentityType: "Domain" };
    expect(members(await call(domains))).toEqual(["b.example"]);
    const elsewhere = { host: "email.us-west-2.amazonaws.com" };
    expect(errorOf(await handle(ses, domains, elsewhere))).toMatch(/^400 InvalidParameterValue: /);
    const made = { Action: "ListIdentities", NextToken: "x" };
    expect(errorOf(await handle(ses, made))).toMatch(/^400 InvalidParameterValue: /);
  });

  it("leave out identities nobody added", async () => {
    const { call } = await pending();
    for (const what of ["Dkim", "Notification", "Verification"]) {
      const body = await call({ Action: `GetIdentity${what}Attributes`, "Identities.member.1": "x@example.com" });
      expect(body).toContain(`<${what}Attributes/>`);
    }
  });
});

describe("deleting", () => {
  it("succeeds for an identity that is unknown", async () => {
    const { ses } = await pending();
    expect((await handle(ses, { Action: "DeleteIdentity", Identity: "x.example" })).body).toContain(
      "<DeleteIdentityResult/>",
    );
    expect((await handle(ses, { Action: "DeleteVerifiedEmailAddress", EmailAddress: "x@y.example" })).status).toBe(200);
  });

  it("takes the right to send away", async () => {
    const { ses, call } = await pending();
    await ses.inbox.verify("ann@example.com");
    await call({ Action: "DeleteVerifiedEmailAddress", EmailAddress: "ann@example.com" });
    expect((await handle(ses, simpleForm())).status).toBe(400);
    await ses.inbox.verify("EXAMPLE.com");
    expect((await handle(ses, simpleForm())).status).toBe(200);
    await call({ Action: "DeleteIdentity", Identity: "Example.COM" });
    expect((await handle(ses, simpleForm())).status).toBe(400);
  });
});

describe("settings of an identity", () => {
  const topic = (NotificationType: string, more: Form = { SnsTopic: "arn:aws:sns:us-east-1:123456789012:t" }) => ({
    Action: "SetIdentityNotificationTopic",
    Identity: "ann@example.com",
    NotificationType,
    ...more,
  });
  const forwarding = (ForwardingEnabled: string) => ({
    Action: "SetIdentityFeedbackForwardingEnabled",
    Identity: "ann@example.com",
    ForwardingEnabled,
  });
  const attributes = { Action: "GetIdentityNotificationAttributes", "Identities.member.1": "ann@example.com" };

  it("need a verified identity", async () => {
    const { ses, call } = await pending();
    await call({ Action: "VerifyEmailIdentity", EmailAddress: "ann@example.com" });
    expect(errorOf(await handle(ses, topic("Bounce")))).toBe(
      "400 InvalidParameterValue: Identity ann@example.com is invalid. Must be a verified email address or domain.",
    );
    await ses.inbox.verify("ann@example.com");
    expect((await handle(ses, topic("Bounce"))).status).toBe(200);
  });

  it("refuse a topic that is no ARN, an empty one too; leaving it out clears", async () => {
    const { ses, call } = await pending();
    await ses.inbox.verify("ann@example.com");
    expect(errorOf(await handle(ses, topic("Bounce", { SnsTopic: "" })))).toBe(
      "400 InvalidParameterValue: SNS topic  is invalid.",
    );
    await call(topic("Delivery"));
    expect(textOf(await call(attributes), "DeliveryTopic")).toBe("arn:aws:sns:us-east-1:123456789012:t");
    await call(topic("Delivery", {}));
    expect(textOf(await call(attributes), "DeliveryTopic")).toBeUndefined();
  });

  it("turn forwarding off only with both topics, and on again when one goes", async () => {
    const { ses, call } = await pending();
    await ses.inbox.verify("ann@example.com");
    await call(topic("Bounce"));
    expect(errorOf(await handle(ses, forwarding("false")))).toMatch(/^400 InvalidParameterValue: /);
    await call(topic("Complaint"));
    expect((await handle(ses, forwarding("false"))).status).toBe(200);
    expect(textOf(await call(attributes), "ForwardingEnabled")).toBe("false");
    await call(topic("Bounce", {}));
    expect(textOf(await call(attributes), "ForwardingEnabled")).toBe("true");
    await call(topic("Bounce"));
    expect(textOf(await call(attributes), "ForwardingEnabled")).toBe("true");
  });

  it("turn signing on only where the domain's records are verified", async () => {
    const { ses, call } = await pending();
    const enable = { Action: "SetIdentityDkimEnabled", Identity: "ann@example.com", DkimEnabled: "true" };
    await ses.inbox.verify("ann@example.com");
    expect(errorOf(await handle(ses, enable))).toBe(
      "400 InvalidParameterValue: Domain example.com is not verified for DKIM signing.",
    );
    await call({ Action: "VerifyDomainDkim", Domain: "example.com" });
    await ses.inbox.verify("example.com");
    expect((await handle(ses, { ...enable, DkimEnabled: "false" })).status).toBe(200);
    expect((await dkimOf(ses, "ann@example.com")).enabled).toBe("false");
    expect((await handle(ses, enable)).status).toBe(200);
    expect(await dkimOf(ses, "ann@example.com")).toMatchObject({ enabled: "true", status: "Success" });
  });
});
