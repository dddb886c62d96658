// What the inbox shows before the first message: how to send one here.
import { copyButton, el } from "./dom.ts";

interface Way {
  readonly name: string;
  readonly code: (url: string) => string;
}

const WAYS: readonly Way[] = [
  {
    name: "AWS SDK for JavaScript",
    code: (url) => `const client = new SESClient({
  endpoint: "${url}",
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});`,
  },
  {
    name: "AWS command line",
    code: (url) => `aws ses send-email --endpoint-url ${url} --region us-east-1 \\
  --from ann@example.com --to bob@example.org \\
  --subject "Hello" --text "Hi Bob"`,
  },
  {
    name: "Any language",
    code: (url) => `curl ${url} -d Action=SendEmail -d Source=ann@example.com \\
  -d Destination.ToAddresses.member.1=bob@example.org \\
  -d Message.Subject.Data=Hello -d "Message.Body.Text.Data=Hi Bob"`,
  },
];

/** The empty inbox. */
export function emptyInbox(): HTMLElement {
  const url = location.origin;
  return el(
    "div",
    { class: "empty" },
    el("h1", {}, "No messages yet"),
    el(
      "p",
      {},
      "Point a client at ",
      el("code", { class: "url" }, url),
      " and send. Messages show up here by themselves.",
    ),
    ...WAYS.map((way) => example(way, url)),
    el(
      "p",
      { class: "quiet-text" },
      "To try bounces and complaints, send to ",
      el("code", {}, "bounce@simulator.amazonses.com"),
      " or ",
      el("code", {}, "complaint@simulator.amazonses.com"),
      ".",
    ),
  );
}

function example({ name, code }: Way, url: string): HTMLElement {
  const text = code(url);
  const head = el(
    "figcaption",
    {},
    name,
    copyButton(() => text),
  );
  return el("figure", { class: "example" }, head, el("pre", { attributes: { tabindex: "0" } }, text));
}

/** What the reader shows while no message is chosen. */
export function nothingChosen(): HTMLElement {
  return el(
    "div",
    { class: "empty nothing" },
    el("h1", { class: "hide" }, "Inbox"),
    el("p", {}, "Choose a message."),
    el(
      "p",
      { class: "quiet-text" },
      el("kbd", {}, "↑"),
      " ",
      el("kbd", {}, "↓"),
      " move through the list, ",
      el("kbd", {}, "/"),
      " filters it.",
    ),
  );
}
