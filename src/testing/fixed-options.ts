// Rendering that gives the same bytes on every machine and every day.
import type { RenderOptions } from "../message/types.ts";

/**
 * Options for `toBytes`, `writeEml` and their kin in tests: a fixed seed and a fixed date (2030-01-01, 00:00 UTC).
 *
 * @example
 * toBytes(m, fixedOptions); // the same bytes, whenever and wherever
 */
export const fixedOptions: RenderOptions = Object.freeze({ seed: "test", now: () => new Date(Date.UTC(2030, 0, 1)) });
