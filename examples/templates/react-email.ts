// A React component as a message, by React Email. Run it: npm run build && npm run build:examples, then
// node .build/examples/templates/react-email.js
import { pathToFileURL } from "node:url";
import { render, toPlainText } from "@react-email/render";
import { type Message, message } from "mimewright";
import { outline } from "mimewright/testing";
import { createElement, type ReactElement } from "react";

export interface Person {
  readonly name: string;
  readonly address: string;
}

/** The component. In a `.tsx` file it would be written as JSX. */
export function Welcome({ name }: Pick<Person, "name">): ReactElement {
  return createElement(
    "html",
    { lang: "en" },
    createElement(
      "body",
      null,
      createElement("h1", null, `Welcome, ${name}`),
      createElement("p", null, "Good to have you here."),
      createElement("a", { href: "https://example.com/start?from=mail&lang=en" }, "Start"),
    ),
  );
}

/** The welcome of a new customer. */
export async function welcomeMail({ name, address }: Person): Promise<Message> {
  const html = await render(createElement(Welcome, { name }));
  return message({
    from: "Example <hello@example.com>",
    to: { name, address },
    subject: `Welcome, ${name}`,
    text: `${toPlainText(html)}\n`,
    html,
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  console.log(await outline(await welcomeMail({ name: "Zoë", address: "zoe@example.org" })));
}
