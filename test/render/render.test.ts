import {
  checkLimits,
  collect,
  loadPending,
  type Message,
  MessageError,
  measure,
  message,
  OptionError,
  type PartInput,
  type Rendered,
  render,
  sesV1,
  toBytes,
  toChunks,
  toStream,
  toTree,
} from "mimewright";
import { rawMessage, rawMessageBase64, sendRawEmailInput } from "mimewright/ses";
import { describe, expect, it } from "vitest";
import { sheetIn } from "../../src/mail/render/render.ts";

const fixed = { seed: "s", now: () => new Date(0) };
const text = new TextEncoder().encode("a;b\r\n");

const m = message({
  from: "Ann <ann@example.com>",
  to: ["bob@example.com", "eve@example.com"],
  bcc: "max@example.com",
  subject: "Grüße",
  text: "Grüße aus Köln\n",
  html: "<p>Grüße</p>",
  attachments: [{ filename: "a.bin", content: new Uint8Array(5000) }],
});
const tree: PartInput = {
  type: "multipart/mixed",
  fields: { Subject: "x" },
  parts: [{ type: "text/plain", content: "é\r\n" }],
};

function errorFrom(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

async function whole(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk.slice());
  return Buffer.concat(all);
}

const enclosed = (open: () => Iterable<Uint8Array>) =>
  message({
    from: "ann@example.com",
    to: "bob@example.com",
    text: "x",
    attachments: [{ contentType: "message/rfc822", content: { open } }],
  });
const inner = new TextEncoder().encode("Subject: inner\r\nFrom: eve@example.com\r\n\r\nHello\r\n");

describe("a rendered message", () => {
  it("is written to the bytes of the message with the same options, by every function that writes", async () => {
    const bytes = Buffer.from(toBytes(m, fixed));
    const mail = render(m, fixed);
    expect(Buffer.from(toBytes(mail)).equals(bytes)).toBe(true);
    expect((await whole(toChunks(mail))).equals(bytes)).toBe(true);
    expect((await whole(toChunks(mail, { chunks: "lent" }))).equals(bytes)).toBe(true);
    expect(Buffer.from(await new Response(toStream(mail)).arrayBuffer()).equals(bytes)).toBe(true);
    expect(Buffer.from(await collect(mail, { maxBytes: 1e6 })).equals(bytes)).toBe(true);
    expect(Buffer.from((await rawMessage(mail)).Data).equals(bytes)).toBe(true);
    expect(await rawMessageBase64(mail)).toBe(bytes.toString("base64"));
    expect(Buffer.from((await sendRawEmailInput(mail)).RawMessage.Data).equals(bytes)).toBe(true);
  });

  it("has the size, the head, the id and the envelope of what is written", () => {
    const mail = render(m, fixed);
    const written = Buffer.from(toBytes(mail)).toString("latin1");
    expect(mail.bytes).toBe(written.length);
    expect(mail.exact).toBe(true);
    expect(written.startsWith(`${mail.head}\r\n`)).toBe(true);
    expect(written).toContain(`Message-ID: ${mail.messageId}\r\n`);
    expect(mail.envelope).toEqual({
      from: "ann@example.com",
      to: ["bob@example.com", "eve@example.com", "max@example.com"],
    });
    expect(mail.message).toBe(m);
    expect(mail.tree).toEqual(toTree(m, fixed));
    expect(measure(mail)).toEqual(measure(m, fixed));
    expect(checkLimits(mail, { ...sesV1, bytes: 10 })).toEqual(checkLimits(m, { ...sesV1, bytes: 10 }));
  });

  it("has a tree of its own, made once and frozen", () => {
    const mail = render(m, fixed);
    expect(Object.keys(mail)).toContain("tree");
    expect(mail.tree).toBe(mail.tree);
    expect(Object.isFrozen(mail.tree.fields)).toBe(true);
    expect(Buffer.from(toBytes(mail.tree, fixed)).equals(toBytes(mail))).toBe(true);
  });

  it("is frozen, lists included", () => {
    const mail = render(m);
    expect(Object.isFrozen(mail)).toBe(true);
    for (const list of [
      sheetIn(mail),
      sheetIn(mail).held,
      mail.sizes,
      mail.pending,
      mail.fieldLengths,
      mail.tree,
      mail.rendering,
    ]) {
      expect(Object.isFrozen(list)).toBe(true);
    }
  });

  it("shows what is documented of it, and nothing of how it is written", () => {
    const shown =
      "bytes charset envelope exact fieldLengths head longestLine message messageId parts pending rendering";
    expect(Reflect.ownKeys({ ...render(m) }).sort()).toEqual(`${shown} sizes transport tree`.split(" "));
  });

  it("is what render() returned: a copy has nothing to write", async () => {
    const copy = { ...render(m) };
    await expect(loadPending(copy)).rejects.toThrow("this is a copy of a rendered message");
    // @ts-expect-error no rendered message
    await expect(loadPending({})).rejects.toThrow("expected a rendered message");
  });

  it("is rendered again from its rendering, that of a drawn seed too and after JSON", () => {
    for (const options of [undefined, fixed, { seed: "s", idDomain: "ids.example", legacyNames: true }]) {
      const mail = render(m, options);
      const again = render(m, JSON.parse(JSON.stringify(mail.rendering)));
      expect(Buffer.from(toBytes(again)).equals(toBytes(mail))).toBe(true);
    }
  });

  it("has a seed and ids of its own each time when none is given", () => {
    expect(render(m).messageId).not.toBe(render(m).messageId);
  });

  it("takes a rendering as plain data only, and says what is wrong with it", () => {
    const { rendering } = render(m, fixed);
    for (const bad of [{ time: "0" }, { seed: 1 }, { unique: "yes" }, { idDomain: "a b" }, { tine: 0 }]) {
      const error = errorFrom(() => render(m, { ...rendering, ...bad } as never));
      expect(error).toBeInstanceOf(OptionError);
      expect((error as OptionError).path).toEqual(Object.keys(bad));
    }
  });

  it("of a tree is written as the tree, and has no envelope to be sent to", async () => {
    const mail = render(tree, fixed);
    expect(Buffer.from(toBytes(mail)).equals(toBytes(tree, fixed))).toBe(true);
    expect(mail.envelope).toBeUndefined();
    expect(measure(mail).recipients).toBe(0);
    expect(errorFrom(() => checkLimits(mail, sesV1))).toMatchObject({ code: "input.type" });
    await expect(rawMessage(mail)).rejects.toMatchObject({ code: "input.type" });
  });

  it("is returned as it is when it is rendered again", () => {
    const mail = render(m);
    expect(render(mail)).toBe(mail);
    expect(render(mail, {})).toBe(mail);
  });

  const late: readonly (readonly [string, (mail: Rendered) => unknown])[] = [
    ["render", (mail) => render(mail, fixed)],
    ["toBytes", (mail) => toBytes(mail, fixed)],
    ["toChunks", (mail) => toChunks(mail, fixed).next()],
    ["collect", (mail) => collect(mail, { ...fixed, maxBytes: 1e6 })],
    ["measure", (mail) => measure(mail, fixed)],
    ["rawMessage", (mail) => rawMessage(mail, fixed)],
    ["sendRawEmailInput", (mail) => sendRawEmailInput(mail, fixed)],
  ];
  it.each(late)("refuses options of rendering beside it, and says what to write: %s", async (_, use) => {
    const mail = render(m);
    const error = await Promise.resolve()
      .then(() => use(mail))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OptionError);
    const { issues } = error as OptionError;
    expect(issues.map(({ code, path }) => [code, ...path])).toEqual([
      ["input.option", "seed"],
      ["input.option", "now"],
    ]);
    expect(issues[0]?.hint).toContain("render(m, { seed })");
  });

  it("is refused as a copy: only what render() returned has been rendered", () => {
    const copy = { ...render(m) } as unknown as Message;
    const error = errorFrom(() => toBytes(copy));
    expect(error).toBeInstanceOf(MessageError);
    expect(error).toMatchObject({ code: "input.type", message: expect.stringContaining("render(m)") });
  });

  it("opens a source each time it is written, never before", async () => {
    let opened = 0;
    const open = () => {
      opened++;
      return [text];
    };
    const attachments = [{ filename: "a.csv", content: { size: text.length, open } }];
    const mail = render(message({ from: "ann@example.com", to: "bob@example.com", text: "x", attachments }), fixed);
    expect(measure(mail).exact).toBe(true);
    checkLimits(mail, sesV1);
    expect(opened).toBe(0);
    const streamed = await whole(toChunks(mail));
    expect(opened).toBe(1);
    const collected = Buffer.from(await collect(mail, { maxBytes: 1e6 }));
    const atOnce = Buffer.from(toBytes(mail));
    expect(opened).toBe(3);
    expect(collected.equals(streamed)).toBe(true);
    expect(atOnce.equals(streamed)).toBe(true);
    expect(atOnce.length).toBe(mail.bytes);
  });

  it("says which enclosed messages must be read first; loadPending reads them once for all that follows", async () => {
    let opened = 0;
    const mail = render(
      enclosed(() => {
        opened++;
        return [inner];
      }),
      fixed,
    );
    expect(mail.pending).toEqual([["attachments", 0, "content"]]);
    expect(mail.exact).toBe(false);
    const loaded = await loadPending(mail);
    expect(opened).toBe(1);
    expect(loaded.pending).toEqual([]);
    expect(loaded.exact).toBe(true);
    const bytes = await whole(toChunks(loaded));
    expect(bytes.length).toBe(loaded.bytes);
    expect(Buffer.from(await collect(loaded, { maxBytes: 1e6 })).equals(bytes)).toBe(true);
    expect(opened).toBe(1);
    expect(await loadPending(loaded)).toBe(loaded);
    expect((await whole(toChunks(mail))).equals(bytes)).toBe(true);
    expect(Buffer.from(toBytes(mail)).equals(bytes)).toBe(true);
    expect(opened).toBe(3);
  });

  it("refuses enclosed messages over the limit of bytes while they are read", async () => {
    const mail = render(enclosed(() => [inner]));
    await expect(loadPending(mail, { maxBytes: inner.length - 1 })).rejects.toMatchObject({ code: "limit.bytes" });
    expect((await loadPending(mail, { maxBytes: inner.length })).pending).toEqual([]);
  });
});
