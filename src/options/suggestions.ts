// The known name that is closest to an unknown one.

/**
 * What to write instead of a name that other libraries use. Asked with the name as given, then with it in lower case
 * without hyphens, underscores and spaces.
 */
export interface Hints {
  get(name: string): string | undefined;
}

const MOST_SHOWN = 60;

/**
 * The known name that was most likely meant: the same but for case, hyphens and underscores, or a few letters away.
 *
 * @example
 * nearestName("tagz", new Set(["tags", "rate"])); // "tags"
 */
export function nearestName(key: string, known: Iterable<string>): string | undefined {
  const wanted = plainName(key);
  if (wanted === "" || wanted.length > MOST_SHOWN) return undefined;
  const most = Math.min(3, Math.floor((wanted.length + 2) / 3));
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of known) {
    const other = plainName(name);
    const distance = Math.abs(other.length - wanted.length) > most ? Number.POSITIVE_INFINITY : edits(wanted, other);
    if (distance <= most && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { name, distance };
  }
  return best?.name;
}

/** A name in lower case, without hyphens, underscores and spaces. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[-_: ]/g, "");
}

// The distance of Damerau and Levenshtein, adjacent letters that are swapped counting once. Names are short.
function edits(one: string, other: string): number {
  let [older, previous]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const cost = one[i - 1] === other[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const least = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      row.push(swapped ? Math.min(least, (older[j - 2] ?? 0) + 1) : least);
    }
    [older, previous] = [previous, row];
  }
  return previous[other.length] ?? 0;
}
