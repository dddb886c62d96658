import { readEml } from "mimewright/testing";
import { test } from "mimewright/vitest";
import { describe, expect } from "vitest";
import { contactRoute } from "../../examples/next-route.ts";
import { withSender } from "./clients.ts";

function post(fields: Readonly<Record<string, string | File>>): Request {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  return new Request("http://localhost/contact", { method: "POST", body });
}

describe("a route handler of Next.js", () => {
  test("sends the form with its file", async ({ ses, inbox }) => {
    await withSender(ses, async (sender) => {
      const file = new File(["a,b\n"], "見積.csv", { type: "text/csv" });
      const form = { email: "Zoë <zoe@example.org>", subject: "Grüße", message: "Hello", file };
      const response = await contactRoute(sender)(post(form));
      expect(response.status).toBe(202);
      expect(await response.json()).toEqual({ status: "sent" });
    });
    const mail = await inbox.waitFor({ to: "support@example.com" });
    expect(mail).toHaveSubject("Grüße");
    expect(await readEml(mail)).toHaveAttachment("見積.csv", { content: "a,b\n" });
    expect(mail).toHaveHeader("Reply-To", /<zoe@example\.org>/);
  });

  test("tells what is wrong, by field of the form", async ({ ses, inbox }) => {
    await withSender(ses, async (sender) => {
      const form = { email: "nobody", subject: "Hi\r\nBcc: all@example.com", message: "Hello" };
      const response = await contactRoute(sender)(post(form));
      expect(response.status).toBe(400);
      const { errors } = await response.json();
      expect(errors.map(({ code, field }: { code: string; field: string }) => `${field}: ${code}`)).toEqual([
        "email: address.syntax",
        "subject: header.line-break",
      ]);
    });
    expect(inbox.list()).toHaveLength(0);
  });
});
