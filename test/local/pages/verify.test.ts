// The link of a verification mail.
import { describe, expect, it } from "vitest";
import { fakeClock, start, textOf } from "../support/helpers.ts";
import { call } from "../support/mail.ts";

const ADDRESS = "o'neil+<b>@example.com".replace("<b>", "b");

async function pending(address = ADDRESS) {
  const clock = fakeClock();
  const ses = await start({ autoVerify: false, clock: clock.now });
  await call(ses.url, { Action: "VerifyEmailIdentity", EmailAddress: address });
  const mail = await ses.inbox.waitFor({ to: address, kind: "verification" });
  const link = /http\S+/.exec(mail.parse().text() ?? "")?.[0] ?? "";
  const status = async () =>
    textOf(
      await call(ses.url, { Action: "GetIdentityVerificationAttributes", "Identities.member.1": address }),
      "VerificationStatus",
    );
  return { ses, clock, link, status };
}

describe("GET /verify", () => {
  it("verifies the address, once and again", async () => {
    const { link, status } = await pending();
    expect(await status()).toBe("Pending");
    const page = await fetch(link);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("<strong>o&#39;neil+b@example.com</strong>");
    expect(await status()).toBe("Success");
    expect((await fetch(link)).status).toBe(200);
  });

  it("does nothing when only the head of the page is asked for", async () => {
    const { link, status } = await pending();
    await fetch(link, { method: "HEAD" });
    expect(await status()).toBe("Pending");
  });

  it("has expired after 24 hours", async () => {
    const { link, clock, status } = await pending();
    clock.advance(24 * 60 * 60 * 1_000);
    const page = await fetch(link);
    expect([page.status, await status()]).toEqual([404, "Failed"]);
    expect(await page.text()).toContain("This link has expired");
  });

  it("is not valid with another token, identity or region, and says nothing of what it was given", async () => {
    const { ses, link, status } = await pending();
    const query = new URL(link).searchParams;
    for (const name of ["token", "identity", "region"]) {
      const wrong = new URLSearchParams(query);
      wrong.set(name, "<script>alert(1)</script>");
      const page = await fetch(`${ses.url}/verify?${wrong}`);
      expect(page.status).toBe(404);
      expect(await page.text()).not.toContain("alert");
    }
    expect((await fetch(`${ses.url}/verify`)).status).toBe(404);
    expect(await status()).toBe("Pending");
  });
});
