// RFC 5322 s2.1.1: 78 characters are wished for, 998 are the law; RFC 2047 s2: 76 with an encoded-word.
export const WISHED = 78;
const WISHED_WITH_WORD = 76;
export const LONGEST_LINE = 998;

/** A token longer than this fits no line, since a folded line starts with a space. */
export const LONGEST_TOKEN = LONGEST_LINE - 1;

/** A field under construction. */
export interface FieldLine {
  text: string;
  /** Characters on the current line. */
  column: number;
  /** True when the current line holds an encoded-word. */
  holdsWord: boolean;
  /** True until the first token is written. */
  fresh: boolean;
  readonly folds: boolean;
}

/** Starts a field. The space after the colon comes with the first token. */
export function startField(name: string): FieldLine {
  return { text: `${name}:`, column: name.length + 1, holdsWord: false, fresh: true, folds: true };
}

/** Starts a text that is never folded, for showing and for API parameters. */
export function startUnfolded(): FieldLine {
  return { text: "", column: 0, holdsWord: false, fresh: true, folds: false };
}

/** Ends a field. */
export function endField(line: FieldLine): string {
  return `${line.text}\r\n`;
}

/** Writes one token that cannot fold. */
export function putToken(line: FieldLine, token: string): void {
  const limit = line.fresh ? LONGEST_LINE : line.holdsWord ? WISHED_WITH_WORD : WISHED;
  put(line, token, limit);
}

/** Writes one encoded-word. */
export function putWord(line: FieldLine, word: string): void {
  put(line, word, WISHED_WITH_WORD);
  line.holdsWord = true;
}

function put(line: FieldLine, token: string, limit: number): void {
  if (!line.folds) {
    line.text += line.fresh ? token : ` ${token}`;
  } else if (line.column + 1 + token.length > limit) {
    line.text += `\r\n ${token}`;
    line.column = 1 + token.length;
    line.holdsWord = false;
  } else {
    line.text += ` ${token}`;
    line.column += 1 + token.length;
  }
  line.fresh = false;
}

/** True when a token of this length needs no fold. */
export function fits(line: FieldLine, length: number): boolean {
  return !line.folds || line.column + 1 + length <= (line.holdsWord ? WISHED_WITH_WORD : WISHED);
}

/** How many characters an encoded-word may take on the current line. */
export function roomForWord(line: FieldLine): number {
  return line.folds ? WISHED_WITH_WORD - line.column - 1 : WISHED_WITH_WORD - 1;
}

/**
 * The pieces between single spaces; wider gaps stay inside a piece, since readers squeeze a folded gap, and so does a
 * space that a backslash escapes.
 */
export function structuredTokens(text: string): readonly string[] {
  return text.split(/(?<=[^ \\]) (?=[^ ])/);
}
