// Walks an outline of raw bytes without recursion, however deep it is.
import type { RawPart } from "./outline.ts";

/** A part on the walk, and how it was reached. */
export interface RawVisit {
  readonly part: RawPart;
  /** Its place among the parts of the one that holds it; 0 for an enclosed message and for the outermost part. */
  readonly index: number;
  /** True inside of an enclosed message. */
  readonly enclosed: boolean;
  /** The visit of the part that holds this one. */
  readonly parent?: RawVisit;
}

/**
 * Gives every part, holders before what they hold, in the order of the bytes.
 *
 * @param root - what `outlineRaw` gave
 * @param enter - false for a part whose insides are not wanted; all are when absent
 * @example
 * for (const visit of walkRaw(outlineRaw(bytes))) console.log(pathOf(visit).join("."), visit.part.type);
 */
export function* walkRaw(root: RawPart, enter: (part: RawPart) => boolean = () => true): Generator<RawVisit> {
  const waiting: RawVisit[] = [{ part: root, index: 0, enclosed: false }];
  for (let visit = waiting.pop(); visit !== undefined; visit = waiting.pop()) {
    yield visit;
    if (!enter(visit.part)) continue;
    const enclosed = visit.enclosed || visit.part.message !== undefined;
    const inside = visit.part.message === undefined ? visit.part.parts : [visit.part.message];
    for (let index = inside.length - 1; index >= 0; index--) {
      const part = inside[index];
      if (part !== undefined) waiting.push({ part, index, enclosed, parent: visit });
    }
  }
}

/** True for the outermost part and for enclosed messages: parts whose head is the head of a message. */
export function isMessageHead({ part, parent }: RawVisit): boolean {
  return parent === undefined || parent.part.message === part;
}

/** Indices from the outermost part down; an enclosed message is child 0 of its part. */
export function pathOf(visit: RawVisit): readonly number[] {
  const path: number[] = [];
  for (let at = visit; at.parent !== undefined; at = at.parent) path.push(at.index);
  return path.reverse();
}
