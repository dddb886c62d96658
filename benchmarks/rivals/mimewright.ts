// This library: every check of the input, then the bytes in one allocation.
import { type MessageInput, measure, message, toBytes } from "mimewright";
import type { Letter } from "../letter.ts";
import type { Rival } from "./rival.ts";

/** The letter as input of `message()`. */
export function inputOf({ from, to, subject, text, html, enclosures }: Letter): MessageInput {
  return {
    ...{ from, to, subject, text, html },
    attachments: enclosures.map(({ filename, type, content }) => ({ filename, contentType: type, content })),
  };
}

/** As {@link inputOf}, with bytes that are lent and not copied: a source that opens to a list of them. */
export function lendingInputOf(letter: Letter): MessageInput {
  const attachments = letter.enclosures.map(({ filename, type, content }) => ({
    ...{ filename, contentType: type, content: { size: content.length, open: () => [content] } },
  }));
  return { ...inputOf(letter), attachments };
}

/** Attachments lent, and not copied when the message is made. */
export const mimewrightLent: Rival = {
  name: "mimewright, bytes lent",
  prepare(letter) {
    const input = lendingInputOf(letter);
    return () => toBytes(message(input));
  },
  unequal: () => [],
};

/** Attachments lent, and the output buffer given. */
export const mimewrightInto: Rival = {
  name: "mimewright, lent, into",
  prepare(letter) {
    const input = lendingInputOf(letter);
    // Written to, so that the system has given its memory before the first run: a buffer that is used again.
    const into = new Uint8Array(measure(message(input)).bytes).fill(1);
    return () => toBytes(message(input), { into });
  },
  unequal: () => ["writes into the same buffer each time"],
};

export const mimewright: Rival = {
  name: "mimewright",
  prepare(letter) {
    const input = inputOf(letter);
    return () => toBytes(message(input));
  },
  unequal: () => [],
};
