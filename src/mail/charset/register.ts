// All legacy charsets, ready to be registered under their names and aliases.
import { registerCharset, usAscii } from "../octets/charset.ts";
import { codeSets, eucJpMs } from "./code-sets.ts";
import { iso2022Jp, iso2022JpMs } from "./iso-2022-jp.ts";
import { gb18030Astral, lazyTable, tableCharset } from "./table-charset.ts";

/** Registers every legacy charset; gives their preferred MIME names. */
export function registerLegacyCharsets(): readonly string[] {
  const names: string[] = [];
  const register = (charset: Parameters<typeof registerCharset>[1], aliases: readonly string[]): void => {
    names.push(charset.name);
    for (const label of [charset.name, ...aliases]) registerCharset(label, charset);
  };
  register(usAscii, ["ascii", "iso646-us", "ansi_x3.4-1968", "csascii"]);
  for (const set of codeSets) {
    const table = lazyTable(set);
    register(tableCharset(set.name, table, set.name === "GB18030" ? gb18030Astral : undefined), set.aliases);
    // RFC 1468 shares its characters with EUC-JP, so the two share one table.
    if (set.name === "EUC-JP") register(iso2022Jp(table), ["csiso2022jp"]);
  }
  register(iso2022JpMs(lazyTable(eucJpMs)), ["iso2022jp-ms", "cp50221", "windows-50221"]);
  return names;
}
