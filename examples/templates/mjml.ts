// A template of MJML as a message: responsive html from a few tags. Run it: npm run build && npm run build:examples,
// then node .build/examples/templates/mjml.js
import { pathToFileURL } from "node:url";
import { type Message, message } from "mimewright";
import { outline } from "mimewright/testing";
import mjml2html from "mjml";

export interface Reminder {
  readonly name: string;
  readonly address: string;
  readonly day: string;
}

// MJML fills nothing in: what comes from people is escaped here.
const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char] ?? char);

const template = ({ name, day }: Reminder): string => `
<mjml lang="en">
  <mj-head>
    <mj-title>Your appointment</mj-title>
  </mj-head>
  <mj-body>
    <mj-section>
      <mj-column>
        <mj-text>Dear ${escaped(name)},</mj-text>
        <mj-text>we expect you on ${escaped(day)}.</mj-text>
        <mj-button href="https://clinic.example.com/change?from=mail&amp;lang=en">Change the appointment</mj-button>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>`;

/** The reminder of an appointment. */
export async function reminderMail(reminder: Reminder): Promise<Message> {
  const { html } = await mjml2html(template(reminder), { validationLevel: "strict" });
  return message({
    from: "Clinic <clinic@example.com>",
    to: { name: reminder.name, address: reminder.address },
    subject: `Your appointment on ${reminder.day}`,
    text: `Dear ${reminder.name},\n\nwe expect you on ${reminder.day}.\n\nhttps://clinic.example.com/change?from=mail&lang=en\n`,
    html,
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  console.log(await outline(await reminderMail({ name: "Zoë", address: "zoe@example.org", day: "7 December" })));
}
