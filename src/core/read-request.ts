import type { KeysOf } from "../dependencies/reliance-context";
import type { Op } from "../profiles/profile";
import type { Session } from "./session";

/** TypeORM's own switches on a builder or in find options. */
export interface ManualCaching {
  /** `cache: true | false`; `undefined` if the call says nothing. */
  readonly cache: boolean | undefined;
  /** Milliseconds. */
  readonly timeout: number | undefined;
  readonly id: string | undefined;
}

/** One SELECT that is about to be run. */
export interface ReadRequest {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Of the connection that the read will run on, as far as that is known yet. */
  readonly session: () => Session;
  /** What that connection's transaction had made of the declared settings when the read was asked for. */
  readonly settings: string;
  /** Name of the main entity, if the builder has one. */
  readonly entity: string | undefined;
  /** What the called method says about the op; the statement says the rest. */
  readonly method: "one" | "many" | "count" | "exists";
  readonly manual: ManualCaching;
  /** The builder locks rows or compares versions. */
  readonly locks: boolean;
  readonly page?: KeyPage | undefined;
}

/** Of the rows nothing is looked at but the primary key of one table, in whatever order they come. */
export interface KeyPage {
  readonly of: KeysOf;
  /** The same without order and LIMIT; `undefined` where OFFSET leaves out rows. */
  readonly uncut: (() => Pick<ReadRequest, "sql" | "parameters">) | undefined;
}

export type Rows = unknown;

interface Loaded {
  readonly rows: Rows;
  /** False if the connection's transaction or session may have shown rows that others must not get. */
  readonly shareable: boolean;
  /** A replica gave them, which may lag behind what has been committed. */
  readonly replica: boolean;
}

/** `master`: not from a replica, if that can still be chosen. */
export type Load = (master?: boolean) => Promise<Loaded>;

/** Method and projection together; TypeORM's COUNT of `getCount` and a hand-written one are the same op. */
export function opOf(method: ReadRequest["method"], projection: "rows" | "count" | "aggregate"): Op {
  if (method === "exists") return "exists";
  if (method === "count" || projection === "count") return "count";
  if (projection === "aggregate") return "aggregate";
  return method === "one" ? "get" : "fetch";
}
