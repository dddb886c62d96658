// The Check tab's JSON: what SES changes, what goes wrong at a reader, what breaks a rule, in one list.
import { describe, expect, it } from "vitest";
import type { LintJson } from "../../../src/local/pages/api.ts";
import { newFolder } from "../support/folder.ts";
import { start } from "../support/helpers.ts";
import { getJson, mail, sendRaw } from "../support/mail.ts";
import { rawV2, sentV2, simpleV2 } from "../support/v2.ts";

async function checkOf(url: string, id: string): Promise<LintJson> {
  return getJson<LintJson>(`${url}/_local/messages/${id}/lint`);
}

const codes = ({ findings }: LintJson) => findings.map(({ check, code }) => `${check} ${code}`);

describe("the findings about a message", () => {
  it("hold what a template left, wherever it stands", async () => {
    const { url } = await start();
    for (const fields of [
      { subject: "Dear {{name}}" },
      { text: "Hello {{ user.name }}" },
      { text: `Total: $${"{sum}"}` },
    ]) {
      expect(codes(await checkOf(url, await sendRaw(url, mail(fields))))).toContain("preflight placeholder");
    }
    for (const text of ["Hello undefined,", "Due: Invalid Date", "You owe NaN"]) {
      expect(codes(await checkOf(url, await sendRaw(url, mail({ text }))))).toContain("preflight leftover-value");
    }
  });

  it("hold html without a text beside it", async () => {
    const ses = await start();
    const { id } = await sentV2(ses, simpleV2({ Body: { Html: { Data: "<p>Hello</p>" } } }));
    expect(codes(await checkOf(ses.url, id))).toEqual(["preflight text-missing"]);
  });

  it("are about what recipients get, and about the bytes as they were sent", async () => {
    const ses = await start();
    const text = `${"x".repeat(1_100)} {{x}}`;
    const { id } = await sentV2(
      ses,
      rawV2(mail({ from: "Ann <ann@example.com>", text }), { FromEmailAddress: "ann@example.com" }),
    );
    const check = await checkOf(ses.url, id);
    expect(codes(check)).toEqual(
      expect.arrayContaining(["service ses.from-replaced", "preflight placeholder", "lint limit.line"]),
    );
    expect(check.limits).toBe("sesV2");
    expect(check.total).toBe(check.findings.length);
    const replaced = check.findings.find(({ code }) => code === "ses.from-replaced");
    expect(replaced).toMatchObject({ severity: "warning", place: "FromEmailAddress" });
    expect(replaced?.message).toContain("Ann <ann@example.com>");
  });

  it("name a parameter that has no effect here", async () => {
    const ses = await start();
    const more = { TenantName: "t", ListManagementOptions: { ContactListName: "l" }, EndpointId: null };
    const { id, notes } = await sentV2(ses, simpleV2({}, more));
    expect(notes.map(({ place }) => place)).toEqual(["ListManagementOptions", "TenantName"]);
    expect(codes(await checkOf(ses.url, id))).toEqual(["service ses.not-played", "service ses.not-played"]);
  });

  it("say so when a message is too complex for preflight", async () => {
    const { url } = await start();
    const head = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n';
    const id = await sendRaw(url, mail({ head, text: "--b\n\nx\n".repeat(2_000) }));
    const { findings } = await checkOf(url, id);
    expect(findings.find(({ check }) => check === "preflight")?.message).toMatch(/did not look at the message/);
  });

  it("are none about a message that is as it should be", async () => {
    const { url } = await start();
    const head =
      "Date: Sun, 1 Mar 2026 10:00:00 +0000\nMessage-ID: <1@example.com>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n";
    expect((await checkOf(url, await sendRaw(url, mail({ head })))).findings).toEqual([]);
  });

  it("survive a restart with the message", async () => {
    const dir = await newFolder();
    const first = await start({ dir });
    const { id, notes } = await sentV2(first, simpleV2({ Subject: { Data: "é" } }));
    await first.close();
    const second = await start({ dir });
    expect(notes).toHaveLength(1);
    expect(second.inbox.get(id)?.notes).toEqual(notes);
  });
});
