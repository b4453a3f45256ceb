import type { RowChange, RowImage } from "../../src/dependencies/row-change";
import { partKey, schemeOf, typesOf } from "../../src/dependencies/scheme";
import type { ColumnFacts, TableFacts } from "../../src/schema/column";
import type { Dependency, EntryKey, Part, RecordName, Scheme } from "../../src/stores/store";
import { NAMESPACE } from "./world";

/** A database of one post, which is in one of several lists, and of the lists, which have names. */
export interface Database {
  readonly list: string;
  readonly title: string;
  readonly names: Readonly<Record<string, string>>;
}

export const START: Database = { list: "1", title: "t", names: { 1: "a", 2: "b", 3: "c" } };

export const POSTS: RecordName = { namespace: NAMESPACE, kind: "table", name: "post" };
export const LISTS: RecordName = { namespace: NAMESPACE, kind: "table", name: "list" };

export const FACTS: TableFacts = {
  columns: new Map(["id", "list", "title", "name"].map((name) => [name, integer(name)])),
  primaryKey: ["id"],
  uniqueKeys: [["id"]],
  references: [],
  rewrites: false,
  triggered: false,
};

function integer(name: string): ColumnFacts {
  const type = { kind: "integer", min: 0n, max: 1000n } as const;
  return { name, type, nullable: true, generated: false, onUpdate: false, autoIncrement: false };
}

function scheme(on: readonly string[], ...uses: string[]): Scheme {
  return schemeOf({ on, where: [], uses, types: typesOf(on, FACTS) });
}

export const BY_LIST = scheme(["list"], "title");
export const IN_LIST = scheme(["list"], "id");
export const SHOWN = scheme(["id"], "title");
const BY_ID = scheme(["id"], "list");
export const JOINED = scheme(["id"], "name");

export function part({ id }: Scheme, value: string): Part {
  return { scheme: id, key: partKey([value]) };
}

/** A statement: what it answers, what it relies on, and what of that only its answer tells. */
export interface Query {
  readonly name: string;
  see(database: Database): string;
  readonly dependencies: readonly Dependency[];
  /** The dependencies with the parts that the answer tells. */
  tell?(answer: string): readonly Dependency[];
}

const NOBODY = "nobody";

/** The post of a list, with its title: `list = $1`. */
export function byList(list: string): Query {
  return {
    name: `list ${list}`,
    see: (database) => (database.list === list ? database.title : NOBODY),
    dependencies: [{ record: POSTS, parts: [part(BY_LIST, list)], schemes: [BY_LIST] }],
  };
}

/** The same, with the title looked at only of the post that is in the list. */
export function shownOf(list: string): Query {
  const told = (...parts: Part[]): readonly Dependency[] => [
    { record: POSTS, parts: [part(IN_LIST, list), ...parts], schemes: [IN_LIST, SHOWN] },
  ];
  return {
    name: `shown of ${list}`,
    see: byList(list).see,
    dependencies: told(),
    tell: (answer) => (answer === NOBODY ? told() : told(part(SHOWN, "1"))),
  };
}

/** The post with the name of the list that it is in, by a LEFT JOIN. */
export const joined: Query = {
  name: "joined",
  see: ({ list, names }) => `${list} ${names[list]}`,
  get dependencies() {
    return relyingOnJoined([]);
  },
  tell: (answer) => relyingOnJoined([part(JOINED, answer.split(" ")[0] ?? "")]),
};

function relyingOnJoined(parts: readonly Part[]): readonly Dependency[] {
  return [
    { record: POSTS, parts: [part(BY_ID, "1")], schemes: [BY_ID] },
    { record: LISTS, parts, schemes: [JOINED] },
  ];
}

export function entryOf({ name }: Query): EntryKey {
  return { namespace: NAMESPACE, hash: name, home: POSTS };
}

/** What a writer does to the database, and what it says of it. */
export interface Change {
  readonly name: string;
  readonly record: RecordName;
  /** As far as the statement's text tells. */
  readonly described: readonly RowChange[];
  apply(database: Database): Database;
  /** As it turns out; `undefined`: nothing was changed. By default as described. */
  exactly?(found: Database): readonly RowChange[] | undefined;
}

export const image = (values: Readonly<Record<string, string>>): RowImage => new Map(Object.entries(values));

export function moved(before: RowImage, to: string): readonly RowChange[] {
  return [{ before, after: new Map([...before, ["list", to]]), changed: new Set(["list"]) }];
}

/** `UPDATE post SET list = $2 WHERE id = 1 AND list = $1`: it may find no row. */
export function moveFrom(from: string, to: string): Change {
  const described = moved(image({ id: "1", list: from }), to);
  return {
    name: `moves ${from} to ${to}`,
    record: POSTS,
    described,
    apply: (database) => (database.list === from ? { ...database, list: to } : database),
    exactly: ({ list }) => (list === from ? described : undefined),
  };
}

/** `UPDATE post SET list = $1 WHERE id = 1`: from which list, the text does not tell. */
export function moveTo(to: string): Change {
  return {
    name: `moves to ${to}`,
    record: POSTS,
    described: moved(image({ id: "1" }), to),
    apply: (database) => ({ ...database, list: to }),
  };
}

export function retitle(title: string): Change {
  const row = image({ id: "1" });
  return {
    name: `titles ${title}`,
    record: POSTS,
    described: [{ before: row, after: row, changed: new Set(["title"]) }],
    apply: (database) => ({ ...database, title }),
  };
}

export function rename(list: string, name: string): Change {
  const row = image({ id: list });
  return {
    name: `names ${list} ${name}`,
    record: LISTS,
    described: [{ before: row, after: row, changed: new Set(["name"]) }],
    apply: (database) => ({ ...database, names: { ...database.names, [list]: name } }),
  };
}
