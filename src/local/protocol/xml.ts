// Writes XML: elements out of strings that are XML already, and leaves out of any text; and an error as XML.
import type { SesError } from "./errors.ts";

export const NAMESPACE = "http://ses.amazonaws.com/doc/2010-12-01/";
/** The namespace of faults that are found before a version is known. */
export const FAULT_NAMESPACE = "http://webservices.amazon.com/AWSFault/2005-15-09";

/** A piece of well-formed XML. */
export type Xml = string;

/** An element around ready XML; an element without content is written in the short form. */
export function element(name: string, attributes: Readonly<Record<string, string>>, ...content: readonly Xml[]): Xml {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  const open = `${name}${written.join("")}`;
  const inner = content.join("");
  return inner === "" ? `<${open}/>` : `<${open}>${inner}</${name}>`;
}

/** An element around text; an empty text is written as an open and a close tag. */
export function text(name: string, value: string): Xml {
  return `<${name}>${escapeXml(value)}</${name}>`;
}

/** An element around each text, in order. */
export function texts(values: Readonly<Record<string, string>>): Xml {
  return Object.entries(values)
    .map(([name, value]) => text(name, value))
    .join("");
}

/** A list as the Query protocol writes it. */
export function list(name: string, members: readonly Xml[]): Xml {
  return element(name, {}, ...members.map((member) => `<member>${member}</member>`));
}

/** A list of texts. */
export function textList(name: string, members: readonly string[]): Xml {
  return list(name, members.map(escapeXml));
}

/** A map as the Query protocol writes it. */
export function map(name: string, entries: readonly (readonly [string, Xml])[]): Xml {
  return element(
    name,
    {},
    ...entries.map(([key, value]) => element("entry", {}, text("key", key), element("value", {}, value))),
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "\r": "&#13;",
};

/** Text as character data or attribute value. What XML 1.0 cannot hold (s2.2) becomes U+FFFD. */
export function escapeXml(value: string): string {
  return value
    .replace(/[\ud800-\udfff]/gu, "\ufffd")
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"'\r]/g, (character) => ENTITIES[character] ?? character);
}

/** The XML body. RequestId is a child of the root here; on success it is inside ResponseMetadata. */
export function errorXml(error: SesError, requestId: string): string {
  return element(
    "ErrorResponse",
    { xmlns: error.details.namespace ?? NAMESPACE },
    element("Error", {}, texts({ Type: error.type, Code: error.code, Message: error.message })),
    text("RequestId", requestId),
  );
}
