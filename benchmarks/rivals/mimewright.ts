// This library: every check of the input, then the bytes in one allocation.
import { type MessageInput, message, toBytes } from "mimewright";
import type { Letter } from "../letter.ts";
import type { Rival } from "./rival.ts";

/** The letter as input of `message()`. */
export function inputOf({ from, to, subject, text, html, enclosures }: Letter): MessageInput {
  return {
    ...{ from, to, subject, text, html },
    attachments: enclosures.map(({ filename, type, content }) => ({ filename, contentType: type, content })),
  };
}

export const mimewright: Rival = {
  name: "mimewright",
  prepare(letter) {
    const input = inputOf(letter);
    return () => toBytes(message(input));
  },
  unequal: () => [],
};
