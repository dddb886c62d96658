import { sesV1 } from "mimewright";
import { hardNames } from "mimewright/testing";
import "mimewright/vitest";
import { describe, expect, it } from "vitest";
import { orderMail } from "../../examples/templates/handlebars.ts";
import { reminderMail } from "../../examples/templates/mjml.ts";
import { welcomeMail } from "../../examples/templates/react-email.ts";

const zoe = { name: "Zoë", address: "zoe@example.org" };

describe("a template of Handlebars", () => {
  const items = [
    { title: "Tea & cups", price: "€ 24" },
    { title: "<Kettle>", price: "€ 60" },
  ];
  const order = (name: string) => orderMail({ ...zoe, name, number: "1107", items });

  it("gives the mail of its fixture", async () => {
    const m = order("Zoë");
    await expect(m).toMatchEml("mails/order.eml");
    expect(m).toHaveSubject("Your order 1107, Zoë");
    expect(m).toHavePart("text/plain", { text: "<Kettle>: € 60" });
    expect(m).toHavePart("text/html", { text: "<td>&lt;Kettle&gt;</td>" });
    expect(m).toHaveLink("https://shop.example.com/orders/1107");
    expect(m).toFitLimits(sesV1);
    expect(m).toHaveNoIssues();
  });

  it.each(hardNames.map((name) => [name]))("takes the name %j", (name) => {
    const m = order(name);
    expect(m).toBeAddressedTo({ name, address: "zoe@example.org" });
    expect(m).toHavePart("text/plain", { text: `Dear ${name},` });
    expect(m).toHaveNoIssues();
  });
});

describe("a template of MJML", () => {
  it("gives the mail of its fixture", async () => {
    const m = await reminderMail({ ...zoe, day: "7 December" });
    await expect(m).toMatchEml("mails/reminder.eml");
    expect(m).toHaveLink("https://clinic.example.com/change?from=mail&lang=en");
    expect(m).toHaveNoIssues();
  });

  it.each(hardNames.map((name) => [name]))("takes the name %j", async (name) => {
    const m = await reminderMail({ ...zoe, name, day: "7 December" });
    expect(m).toHavePart("text/plain", { text: `Dear ${name},` });
    expect(m).toHavePart("text/html", { text: "Dear " });
    expect(m).toHaveNoIssues();
  });
});

describe("a component of React", () => {
  it("gives the mail of its fixture", async () => {
    const m = await welcomeMail(zoe);
    await expect(m).toMatchEml("mails/welcome.eml");
    expect(m).toHaveSubject("Welcome, Zoë");
    expect(m).toHaveLink("https://example.com/start?from=mail&lang=en");
    expect(m).toHaveNoIssues();
  });

  it.each(hardNames.map((name) => [name]))("takes the name %j", async (name) => {
    const m = await welcomeMail({ ...zoe, name });
    expect(m).toHaveSubject(`Welcome, ${name}`);
    expect(m).toHaveNoIssues();
  });
});
