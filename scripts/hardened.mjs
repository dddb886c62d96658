// The modes in which Node forbids things, as far as a version knows them. Composing and sending need none of it: no
// file but the program's own, no process, no code from strings.

/** @returns a name and the flags of each mode */
export function hardened(version, folder) {
  const [major = 0, minor = 0] = version.slice(1).split(".").map(Number);
  const permission = major > 22 || (major === 22 && minor >= 13) ? "--permission" : "--experimental-permission";
  return [
    ["no code from strings", ["--disallow-code-generation-from-strings"]],
    [`${permission}, no files but the program's`, ["--no-warnings", permission, `--allow-fs-read=${folder}/*`]],
    ["frozen intrinsics", ["--no-warnings", "--frozen-intrinsics"]],
  ];
}
