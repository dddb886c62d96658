// The extension that decides whether a mail service takes a file.

// Dots and spaces at the end vanish on Windows, format characters for the eye: neither hides an extension.
const invisible = /^[\s.\p{Cf}\p{Cc}\p{Z}]$/u;

/**
 * The last extension of a file name, lower case, without the period; empty when it has none.
 *
 * @example
 * extensionOf("Report.pdf.EXE. "); // "exe"
 */
export function extensionOf(filename: string): string {
  const folder = Math.max(filename.lastIndexOf("/"), filename.lastIndexOf("\\"));
  let end = filename.length;
  while (end > folder + 1 && invisible.test(filename.charAt(end - 1))) end--;
  const period = filename.lastIndexOf(".", end - 1);
  return period <= folder
    ? ""
    : filename
        .slice(period + 1, end)
        .replace(/[\p{Cf}\p{Cc}\p{Z}]/gu, "")
        .toLowerCase();
}

/** The extension of the first name that is on the list; undefined when none is. */
export function blockedExtension(filenames: readonly string[], blocked: readonly string[]): string | undefined {
  return filenames.map(extensionOf).find((extension) => extension !== "" && blocked.includes(extension));
}
