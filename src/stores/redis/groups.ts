import type { RecordName } from "../store";
import { slotTag } from "./keyspace";

/** What one call is about: on a single node all there is, in a cluster what lives in the slot of one record. */
export interface Group<T> {
  readonly tag: string;
  readonly items: readonly T[];
  /** Where each of them stands among all. */
  readonly places: readonly number[];
}

/** Records with the same tag are in one group. */
export type Tagging = (record: RecordName) => string;

/** Scripts may use all keys at once. */
export const TOGETHER: Tagging = () => "";

/** Each record by itself: two of them share a slot by chance alone. */
export const APART: Tagging = slotTag;

/** In the order in which their records are met. */
export function grouped<T extends { readonly record: RecordName }>(
  items: readonly T[],
  tagOf: Tagging,
): readonly Group<T>[] {
  const groups = new Map<string, { tag: string; items: T[]; places: number[] }>();
  items.forEach((item, place) => {
    const tag = tagOf(item.record);
    const group = groups.get(tag) ?? { tag, items: [], places: [] };
    groups.set(tag, group);
    group.items.push(item);
    group.places.push(place);
  });
  return [...groups.values()];
}

/** The answers of the groups, in the order of the items that they are about. */
export function ungrouped<T, R>(groups: readonly Group<T>[], answers: readonly (readonly R[])[]): R[] {
  const all: R[] = [];
  groups.forEach(({ places }, at) => places.forEach((place, index) => (all[place] = answers[at]![index]!)));
  return all;
}
