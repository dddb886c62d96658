// The arguments of the doors themselves, from programs without types: one error with a code, or the answer.
import {
  check,
  checkLimits,
  collect,
  envelope,
  formatMailbox,
  lintRaw,
  MessageError,
  measure,
  message,
  OptionError,
  registerCharset,
  sesV1,
  splitRecipients,
  toBytes,
  toTree,
} from "mimewright";
import { inlineImages } from "mimewright/html";
import { fromMimeText } from "mimewright/mimetext";
import { file, files, writeEml } from "mimewright/node";
import { preflight } from "mimewright/preflight";
import { rawMessage, rawMessageBase64, sendRawEmailInput } from "mimewright/ses";
import { describe, expect, it } from "vitest";

type Door = (...given: never) => unknown;

const input = { from: "a@example.com", to: "b@example.com", text: "x" };
const m = message(input);
const png = () => new Uint8Array(1);

// The code and path of the error, whether it is thrown or rejected.
async function failure(door: Door, ...given: readonly unknown[]): Promise<readonly unknown[]> {
  try {
    await Reflect.apply(door, undefined, given);
  } catch (error) {
    if (error instanceof MessageError || error instanceof OptionError)
      return error.issues.map(({ code, path }) => [code, ...path].join(" "));
    return [error];
  }
  return [];
}

describe("formatMailbox", () => {
  it.each<[unknown, string]>([
    [{ name: "Ann", address: "a@example.com\r\nBcc: eve@example.com" }, "header.line-break address"],
    [{ name: "Ann\r\nBcc: eve@example.com", address: "a@example.com" }, "header.line-break name"],
    [{ name: "Ann\0", address: "a@example.com" }, "header.control name"],
    [{ address: "a@example.com>, <eve@example.com" }, "address.syntax address"],
    [{ address: "eve@example.com, a@example.com" }, "address.syntax address"],
    [{ name: 5, address: "a@example.com" }, "input.type name"],
    [{ group: "Team", members: [] }, "address.syntax"],
    [{}, "address.syntax address"],
    [undefined, "input.type"],
  ])("writes no header but a mailbox: %j", async (given, issue) => {
    expect(await failure(formatMailbox, given)).toEqual([issue]);
  });

  it("refuses what is no charset", async () => {
    for (const charset of [null, {}, "utf-8", { name: "x", stateful: false }]) {
      expect(await failure(formatMailbox, { address: "a@example.com" }, charset)).toEqual(["input.option charset"]);
    }
  });

  it("takes text, too", () => {
    expect(formatMailbox("Ann, Lee <ann@example.org>".replace(",", ""))).toBe("Ann Lee <ann@example.org>");
  });
});

describe("registerCharset", () => {
  const encode = () => new Uint8Array();

  it.each([null, undefined, 5, {}, { name: "x", stateful: false }, { name: "a\r\nBcc: e", stateful: false, encode }])(
    "refuses the charset %j",
    async (charset) => {
      expect(await failure(registerCharset, "x-refused", charset)).toEqual(["input.option charset"]);
      expect(check({ ...input, charset: "x-refused" }).issues).toMatchObject([{ code: "charset.unknown" }]);
    },
  );

  it.each([null, undefined, 5, ""])("refuses the label %j", async (label) => {
    expect(await failure(registerCharset, label, { name: "x", stateful: false, encode })).toEqual([
      "input.option label",
    ]);
  });
});

describe("limits", () => {
  it.each<[string, unknown]>([
    ["limits", null],
    ["limits", "sesV1"],
    ["limits", Promise.resolve(sesV1)],
    ["limits.bytes", { ...sesV1, bytes: "10" }],
    ["limits.parts", { ...sesV1, parts: Number.NaN }],
    ["limits.recipients", { ...sesV1, recipients: -1 }],
    ["limits.blockedExtensions", { ...sesV1, blockedExtensions: "exe" }],
    ["limits.onceOnly", { ...sesV1, onceOnly: undefined }],
    ["limits.sevenBit", { ...sesV1, sevenBit: 1 }],
    ["limits.maxBytes", { ...sesV1, maxBytes: 10 }],
  ])("that are none are an issue at %s", async (path, limits) => {
    for (const door of [check, checkLimits, lintRaw]) {
      const first = door === check ? input : door === checkLimits ? m : toBytes(m);
      const answer: unknown = Reflect.apply(door, undefined, [first, limits]);
      const issues = Reflect.get(Object(answer), "issues") ?? answer;
      const [issue] = Array.isArray(issues) ? issues : [];
      expect(issue.path.join(".")).toBe(path);
      expect(issue.code).toBe(path === "limits.maxBytes" ? "input.unknown-key" : "input.option");
    }
    expect((await failure(rawMessage, m, { limits })).length).toBe(1);
  });
});

describe("what wants a message", () => {
  it.each<[string, Door, readonly unknown[]]>([
    ["envelope", envelope, []],
    ["splitRecipients", splitRecipients, [50]],
    ["toTree", toTree, []],
    ["checkLimits", checkLimits, [sesV1]],
    ["measure", measure, []],
    ["rawMessage", rawMessage, []],
    ["rawMessageBase64", rawMessageBase64, []],
    ["sendRawEmailInput", sendRawEmailInput, []],
  ])("%s refuses plain input and everything else", async (_, door, rest) => {
    for (const given of [input, { ...m }, Promise.resolve(m), undefined, null, 5]) {
      const found = await failure(door, given, ...rest);
      expect(found).toEqual(["input.type"]);
    }
  });

  it("lintRaw wants bytes", () => {
    for (const given of [
      "From: a@example.com\r\n\r\n",
      undefined,
      null,
      {},
      [1],
      Object.create(Uint8Array.prototype),
    ]) {
      const issues = Reflect.apply(lintRaw, undefined, [given, sesV1]);
      expect(issues).toMatchObject([{ code: "input.type", path: [] }]);
    }
  });

  it("fromMimeText wants a message of mimetext", async () => {
    for (const given of [undefined, null, {}, { headers: {} }, input]) {
      expect(await failure(fromMimeText, given)).toEqual(["input.type"]);
    }
  });
});

describe("options", () => {
  it.each([null, 5, "x", [], new Map([["seed", "s"]]), Promise.resolve({ seed: "s" }), Object.create({ seed: "s" })])(
    "that are none are refused everywhere: %s",
    async (options) => {
      // A prototype that has an option of the entry point is named with it.
      const isInherited = typeof options === "object" && options !== null && "seed" in options;
      const rendering = isInherited ? ["input.option seed"] : ["input.option"];
      expect(await failure(toBytes, m, options)).toEqual(rendering);
      expect(await failure(toTree, m, options)).toEqual(rendering);
      expect(await failure(rawMessage, m, options)).toEqual(rendering);
      expect(await failure(sendRawEmailInput, m, options)).toEqual(rendering);
      expect(await failure(writeEml, "x.eml", m, options)).toEqual(rendering);
      expect(await failure(collect, m, options)).toEqual(rendering);
      expect(await failure(inlineImages, "", png, options)).toEqual(["input.option"]);
      expect(await failure(file, "package.json", options)).toEqual(["input.option"]);
      expect(await failure(files, "fixtures/files", options)).toEqual(["input.option"]);
      expect(await failure(preflight, m, options)).toEqual(["input.option"]);
    },
  );

  it.each<[string, Door, readonly unknown[], string]>([
    ["tags in a Map", sendRawEmailInput, [m, { tags: new Map([["a", "b"]]) }], "input.option tags"],
    ["tags in a list", sendRawEmailInput, [m, { tags: [{ Name: "a", Value: "b" }] }], "input.option tags"],
    ["a configuration set", sendRawEmailInput, [m, { configurationSet: ["a"] }], "input.option configurationSet"],
    ["an ARN", sendRawEmailInput, [m, { sourceArn: ["arn:a"] }], "input.option sourceArn"],
    ["a limit of its own", rawMessage, [m, { maxBytes: 5 }], "input.unknown-key maxBytes"],
    ["load", inlineImages, ["<img src=a>", "a.png"], "input.type load"],
    ["an id's domain", inlineImages, ["", png, { idDomain: 5 }], "input.option idDomain"],
    ["bytes of images", inlineImages, ["", png, { maxBytes: "5" }], "input.option maxBytes"],
    ["a misspelt option", inlineImages, ["", png, { maxbytes: 5 }], "input.unknown-key maxbytes"],
    ["bytes of a file", file, ["package.json", { maxBytes: Symbol("5") }], "input.option maxBytes"],
    ["a filter", files, ["fixtures/files", { filter: "*.pdf" }], "input.option filter"],
    ["recursive", files, ["fixtures/files", { recursive: "no" }], "input.option recursive"],
    ["a path", writeEml, [5, m], "file.not-found path"],
  ])("of the wrong kind: %s", async (_, door, given, issue) => {
    expect(await failure(door, ...given)).toEqual([issue]);
  });

  it.each([
    { audience: "Bulk" },
    { placeholder: ["a"] },
    { placeholders: "a" },
    { clients: "gmail.*" },
    { htmlBytes: "5" },
    { rules: ["link-insecure"] },
    { rules: new Map([["link-insecure", "off"]]) },
  ])("of preflight: %j", async (options) => {
    const found = await failure(preflight, m, options);
    const [key] = Object.keys(options);
    expect(found).toEqual([`${key === "placeholder" ? "input.unknown-key" : "input.option"} ${key}`]);
  });
});
