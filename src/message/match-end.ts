// Scanning with sticky patterns: each is one character class and a star, so no pattern looks at a character twice.

/** Where a sticky pattern stops when it starts at an offset; the offset itself when it does not match there. */
export function matchEnd(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}
