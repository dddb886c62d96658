// What is written: a message or one of its parts (an entity, RFC 2045 s2.4). The parts of a checked tree are entities as
// they are; those of a message are made for one rendering, never leave it, and need not be frozen.

import type { Path } from "../../issues.ts";
import { makeBare } from "../../options/plain.ts";
import type { Field } from "../headers/field.ts";
import { originOf } from "../message/seal.ts";
import type { Content, Part } from "../message/types.ts";
import type { Charset } from "../octets/charset.ts";
import { isBytes } from "../octets/kinds.ts";
import { toCrlf } from "../octets/line-ends.ts";

/** A text that passed the check of its charset. */
export interface Text {
  readonly kind: "text";
  readonly text: string;
  readonly charset: Charset;
}

/** The octets of a text, line ends CRLF. */
export function octetsOf({ text, charset }: Text): Uint8Array {
  const bytes = charset.encode(toCrlf(text));
  if (isBytes(bytes)) return bytes;
  throw new TypeError(`the charset ${charset.name} no longer encodes what it did`);
}

/** A part of a tree, or of a message, whose texts are not octets yet. */
export interface Entity extends Leaf {
  readonly parts?: readonly Entity[] | undefined;
  readonly message?: Entity | undefined;
  readonly content?: Content | Text | undefined;
  /** Where in the caller's input it comes from; a part knows that by itself. */
  readonly path?: Path | undefined;
}

type Leaf = Pick<Part, "type" | "parameters" | "fields"> & {
  readonly [K in Exclude<keyof Part, "parts" | "message" | "content">]?: Part[K] | undefined;
};

const NO_FIELDS: readonly Field[] = Object.freeze([]);

/** An entity that is being made. Nothing is found behind its own properties. */
export class NewEntity implements Entity {
  readonly type: string;
  readonly parameters: Entity["parameters"];
  fields = NO_FIELDS;
  content: Entity["content"];
  parts: Entity["parts"];
  encoding: Entity["encoding"];
  path: Entity["path"];
  declare disposition?: Entity["disposition"];
  declare filename?: Entity["filename"];
  declare id?: Entity["id"];
  declare description?: Entity["description"];
  declare size?: Entity["size"];
  declare modificationDate?: Entity["modificationDate"];
  declare creationDate?: Entity["creationDate"];
  declare charset?: Entity["charset"];
  declare transport?: Entity["transport"];
  declare message?: Entity["message"];
  declare written?: Entity["written"];

  constructor(type: string, parameters: Entity["parameters"]) {
    this.type = type;
    this.parameters = parameters;
  }

  static {
    makeBare(NewEntity.prototype);
  }
}

/** True for a part of a checked tree. */
export function isPart(entity: Entity): entity is Part {
  return !(entity instanceof NewEntity);
}

/** The same entity, to be changed. */
export function copyOf(entity: Entity): NewEntity {
  const copy = Object.assign(new NewEntity(entity.type, entity.parameters), entity);
  copy.path = placeOf(entity);
  return copy;
}

/** Where in the caller's input an entity comes from, when it comes from one place. */
export function placeOf(entity: Entity): Path | undefined {
  return entity.path ?? originOf(entity);
}

/** Where its content was written. */
export function contentPlace(entity: Entity): Path {
  const path = placeOf(entity);
  return path === undefined ? [] : [...path, "content"];
}
