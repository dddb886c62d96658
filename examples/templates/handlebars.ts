// A template of Handlebars as a message. Run it: npm run build && npm run build:examples, then
// node .build/examples/templates/handlebars.js
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import Handlebars from "handlebars";
import { type Message, message } from "mimewright";
import { outline } from "mimewright/testing";

export interface Order {
  readonly name: string;
  readonly address: string;
  readonly number: string;
  readonly items: readonly { readonly title: string; readonly price: string }[];
}

const read = (name: string): string => readFileSync(`examples/templates/${name}`, "utf8");
const strict = { strict: true }; // a placeholder without a value is an error, and no empty text
const html = Handlebars.compile<Order>(read("order.html.hbs"), strict);
// Plain text is not html: nothing is escaped in it.
const text = Handlebars.compile<Order>(read("order.txt.hbs"), { ...strict, noEscape: true });

/** The confirmation of an order. */
export function orderMail(order: Order): Message {
  return message({
    from: "Shop <shop@example.com>",
    to: { name: order.name, address: order.address },
    subject: `Your order ${order.number}, ${order.name}`,
    text: text(order),
    html: html(order),
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const items = [{ title: "Tea & cups", price: "€ 24" }];
  console.log(await outline(orderMail({ name: "Zoë", address: "zoe@example.org", number: "1107", items })));
}
