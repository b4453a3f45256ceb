import type { Version } from "../store";

export interface RecordState {
  /** New whenever all of the record is replaced. */
  incarnation: string;
  /** How often some of it was replaced in this incarnation; both together are its version. */
  count: number;
  /** When the last of these happened, on the store's clock. */
  at: number;
  /** How often a scheme was registered in this incarnation. */
  registered: number;
  readonly schemes: Map<string, SchemeState>;
}

export interface SchemeState {
  readonly text: string;
  /** Which registration of the record's incarnation it was. */
  readonly number: number;
  /**
   * The record's count when all of its parts were replaced last; at first, when it was registered, as nobody
   * replaced for it what had changed before.
   */
  replaced: number;
  /** When it may make room for another one, on the store's clock. */
  ends: number;
}

export function versionOf({ incarnation, count }: RecordState): Version {
  return `${incarnation}.${count}`;
}
