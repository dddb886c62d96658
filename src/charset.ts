// The door `mimewright/charset`: importing it makes the legacy charsets known to every message of this process.
import { registerLegacyCharsets } from "./mail/charset/register.ts";

/**
 * The preferred MIME names of the charsets that importing `mimewright/charset` registers, besides UTF-8.
 *
 * A character is written only when readers agree on its code: the browsers' tables (WHATWG Encoding Standard) and the
 * national standards. All others are reported as `charset.unmappable` with their place, never replaced. So
 *
 * - `EUC-KR` is KS X 1001 without the CP949 extension, `GB2312` and `Big5` are without their vendors' additions;
 * - `Shift_JIS`, `EUC-JP` and `ISO-2022-JP` refuse the NEC and IBM rows, the yen sign and overline, and the characters
 *   that vendors read differently, the full-width tilde and the wave dash among them;
 * - `windows-31j` and `ISO-2022-JP-MS` have those rows, those vendor forms and half-width katakana, by the browsers' table
 *   alone: only readers of that table show them right. `ISO-2022-JP-MS` is labelled `ISO-2022-JP` in the message;
 * - C1 controls and private use characters are refused everywhere.
 *
 * UTF-8 has no such gaps: choose another charset only for a reader that needs it.
 *
 * @example
 * import "mimewright/charset";
 * // { subject: "見積書", text: "拝啓", charset: "ISO-2022-JP" } is now understood.
 */
export const legacyCharsets: readonly string[] = registerLegacyCharsets();
