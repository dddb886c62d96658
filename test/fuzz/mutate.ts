// New input out of old: octets changed, words put in, pieces repeated, two inputs joined; JSON changed value by value.
import type { Chance } from "./random.ts";
import type { Target } from "./target.ts";

const encoder = new TextEncoder();
const VALUES = [null, true, -1, 1e308, "", "\u0000", "\ud800", [], {}, [[[]]], { file: "../x" }, "2026-02-30"] as const;

/** A child of `parent`, perhaps with a piece of `other` in it. */
export function mutate(target: Target, parent: Uint8Array, other: Uint8Array, chance: Chance): Uint8Array {
  const times = 1 + chance.below(4);
  let bytes = parent;
  for (let time = 0; time < times; time++) {
    const changed = target.isJson && chance.below(2) === 0 ? mutateJson(target, bytes, chance) : undefined;
    bytes = (changed ?? mutateBytes(target, bytes, other, chance)).subarray(0, target.longest);
  }
  return bytes;
}

function mutateBytes(target: Target, bytes: Uint8Array, other: Uint8Array, chance: Chance): Uint8Array {
  const from = chance.below(bytes.length + 1);
  const end = Math.min(bytes.length, from + 1 + chance.below(1 << chance.below(9)));
  const word = () => encoder.encode(chance.pick(target.words));
  switch (chance.below(8)) {
    case 0:
      return splice(bytes, from, end, []);
    case 1:
      return splice(bytes, from, from, [chance.below(256)]);
    case 2:
      return splice(bytes, from, from + 1, [(bytes[from] ?? 0) ^ (1 << chance.below(8))]);
    case 3:
      return splice(bytes, from, end, word());
    case 4:
      return splice(bytes, from, from, repeated(word(), 1 << chance.below(10)));
    case 5:
      return splice(bytes, from, from, repeated(bytes.subarray(from, end), 1 + chance.below(20)));
    case 6:
      return splice(bytes, from, bytes.length, other.subarray(chance.below(other.length + 1)));
    default:
      return splice(bytes, from, from, word());
  }
}

function splice(bytes: Uint8Array, from: number, end: number, put: ArrayLike<number>): Uint8Array {
  const out = new Uint8Array(from + put.length + Math.max(0, bytes.length - end));
  out.set(bytes.subarray(0, from));
  out.set(put, from);
  out.set(bytes.subarray(end), from + put.length);
  return out;
}

function repeated(piece: Uint8Array, times: number): Uint8Array {
  const count = Math.max(1, Math.min(times, Math.floor(65_536 / (piece.length + 1))));
  const out = new Uint8Array(piece.length * count);
  for (let at = 0; at < count; at++) out.set(piece, at * piece.length);
  return out;
}

type Slot = { readonly holder: object; readonly key: string };

function mutateJson(target: Target, bytes: Uint8Array, chance: Chance): Uint8Array | undefined {
  let root: unknown;
  try {
    root = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  const slots = slotsOf({ root });
  const slot = slots[chance.below(slots.length)];
  if (slot === undefined) return undefined;
  const given: unknown = Reflect.get(slot.holder, slot.key);
  Reflect.set(slot.holder, slot.key, valueFor(target, given, slots, chance));
  if (chance.below(3) === 0) Reflect.set(slot.holder, chance.pick(target.words), given);
  const first = slots[0]?.holder;
  return first === undefined ? undefined : encoder.encode(JSON.stringify(Reflect.get(first, "root")));
}

function valueFor(target: Target, given: unknown, slots: readonly Slot[], chance: Chance): unknown {
  switch (chance.below(5)) {
    case 0:
      return VALUES[chance.below(VALUES.length)] ?? null;
    case 1:
      return chance.pick(target.words);
    case 2:
      return typeof given === "string" ? given + chance.pick(target.words) : [given];
    case 3:
      return Array.isArray(given) ? [...given, ...given] : { name: given, address: given };
    default: {
      const other = slots[chance.below(slots.length)];
      // Copied: a value inside of itself is no JSON.
      const value: unknown = other === undefined ? null : Reflect.get(other.holder, other.key);
      return value === undefined ? null : JSON.parse(JSON.stringify(value));
    }
  }
}

function slotsOf(root: object): Slot[] {
  const slots: Slot[] = [];
  const open: object[] = [root];
  for (const holder of open) {
    for (const [key, value] of Object.entries(holder)) {
      slots.push({ holder, key });
      if (typeof value === "object" && value !== null) open.push(value);
    }
  }
  return slots;
}
