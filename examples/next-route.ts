// A route handler of Next.js (app/contact/route.ts): a contact form becomes a mail. It is a function of Request to
// Response, as SvelteKit, Remix, Hono and others have it too.
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { check, sesV2 } from "mimewright";
import { type Sender, sesSender } from "mimewright/ses";

// What the message calls a place, and what the form does.
const FIELDS = new Map([
  ["replyTo", "email"],
  ["subject", "subject"],
  ["text", "message"],
  ["attachments", "file"],
]);

/** Makes the handler over a sender. */
export function contactRoute(sender: Pick<Sender, "send">): (request: Request) => Promise<Response> {
  return async (request) => {
    const form = await request.formData();
    const file = form.get("file");
    const checked = check(
      {
        from: "Website <website@example.com>",
        to: "Support <support@example.com>",
        replyTo: textOf(form, "email"),
        subject: textOf(form, "subject"),
        text: textOf(form, "message"),
        attachments: file instanceof File && file.size > 0 ? [{ filename: file.name, content: file }] : [],
      },
      sesV2,
    );
    if (!checked.ok) {
      const errors = checked.issues.filter(({ severity }) => severity === "error");
      const problems = errors.map(({ code, path, message }) => ({ code, message, field: FIELDS.get(String(path[0])) }));
      return Response.json({ errors: problems }, { status: 400 });
    }
    const { status } = await sender.send(checked.value);
    // An unknown outcome is reported as such: the message may have been sent.
    return Response.json({ status }, { status: status === "failed" ? 503 : 202 });
  };
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}

export const POST = contactRoute(sesSender({ client: new SESv2Client({}), rate: "quota" }));
