import type { Analysis, Mentioned, Volatility, WriteKind } from "../sql/analysis";
import type { TableName } from "../sql/table-name";
import { cascade } from "./cascade";
import type { TableFacts } from "./column";
import type { ForeignKey, Table } from "./table";

export type Analyse = (sql: string) => Analysis;

/** Tables that a read of one table depends on, or why it cannot be cached. */
export type Base =
  | { readonly kind: "tables"; readonly paths: ReadonlySet<string> }
  | { readonly kind: "volatile"; readonly volatility: Volatility }
  | { readonly kind: "unknown"; readonly name: string };

/** The tables of a data source: names to paths, views to base tables, writes to cascades. */
export class Schema {
  readonly #tables: ReadonlyMap<string, Table>;
  readonly #byName = new Map<string, Table[]>();
  readonly #defaultSchemas: ReadonlySet<string>;
  readonly #analyse: Analyse;
  readonly #bases = new Map<string, Base>();
  readonly #cascades = new Map<string, ReadonlySet<string>>();
  #facts: ReadonlyMap<string, TableFacts> = new Map();
  #edition = 0;
  #triggers: ReadonlyMap<string, readonly string[]> = new Map();

  /** `defaultSchemas`: what an unqualified name may be qualified with (`public`, the database's name, `main`). */
  constructor(tables: readonly Table[], defaultSchemas: readonly string[], analyse: Analyse) {
    this.#tables = new Map(tables.map((table) => [table.path, table]));
    this.#defaultSchemas = new Set(defaultSchemas.map((name) => name.toLowerCase()));
    this.#analyse = analyse;
    for (const table of tables) {
      const key = table.name.toLowerCase();
      this.#byName.set(key, [...(this.#byName.get(key) ?? []), table]);
    }
  }

  table(path: string): Table | undefined {
    return this.#tables.get(path);
  }

  get tables(): readonly Table[] {
    return [...this.#tables.values()];
  }

  /** What the database says of its tables, by their paths; it replaces what was known before. */
  learn(facts: ReadonlyMap<string, TableFacts>): void {
    this.#facts = facts;
    this.#edition++;
  }

  /** Another one whenever something new was learnt. */
  get edition(): number {
    return this.#edition;
  }

  facts(path: string): TableFacts | undefined {
    return this.#facts.get(path);
  }

  /** Tables that triggers on a table change, by paths, as the user declares them. */
  declareTriggers(triggers: ReadonlyMap<string, readonly string[]>): void {
    this.#triggers = triggers;
  }

  /** What triggers on the table change; `undefined` if nothing is declared. */
  triggeredBy(path: string): readonly string[] | undefined {
    return this.#triggers.get(path);
  }

  /** Whether rows are stored as statements write them, as far as is known. */
  storesAsWritten(path: string): boolean {
    const facts = this.#facts.get(path);
    if (!facts || facts.rewrites) return false;
    const triggered = this.#triggers.get(path);
    return triggered ? !triggered.includes(path) : !facts.triggered;
  }

  /** Whether a foreign key makes sure that each value of the one column is one of the other. */
  references(path: string, column: string, to: TableName, referenced: string): boolean {
    const targets = this.resolve(to).map((table) => table.path);
    return (this.#tables.get(path)?.foreignKeys ?? []).some(
      ({ to: target, columns }) =>
        targets.includes(target) &&
        columns.length === 1 &&
        columns[0]?.own === column &&
        columns[0].referenced === referenced,
    );
  }

  /** Foreign keys of other tables, or of its own, that refer to the table. */
  referencing(path: string): readonly { readonly child: string; readonly key: ForeignKey }[] {
    return [...this.#tables.values()].flatMap((table) =>
      table.foreignKeys.filter(({ to }) => to === path).map((key) => ({ child: table.path, key })),
    );
  }

  /** Of an entity, or a table with or without its schema. */
  pathsNamed(name: string): readonly string[] {
    const entity = this.pathsOf(name);
    if (entity.length > 0) return entity;
    const dot = name.lastIndexOf(".");
    const schema = dot < 0 ? undefined : name.slice(0, dot);
    return this.resolve({ schema, name: name.slice(dot + 1) }).map(({ path }) => path);
  }

  /** Paths of an entity's tables. */
  pathsOf(entity: string): readonly string[] {
    return [...this.#tables.values()]
      .filter((table) => table.entities.includes(entity))
      .map((table) => table.path);
  }

  /**
   * Known tables that a name may mean; none if it is unknown. An unqualified name means every table
   * of that name: which schema it is depends on the search path, and too many is merely coarse.
   */
  resolve({ schema, name }: TableName): readonly Table[] {
    const candidates = this.#byName.get(name.toLowerCase()) ?? [];
    if (schema === undefined) return candidates;
    const wanted = schema.toLowerCase();
    return candidates.filter((table) => this.#schemasOf(table).has(wanted));
  }

  /** For statements that were only tokenized: the known tables among the names, and a source that is unknown. */
  mentioned({ identifiers, sources }: Mentioned): { tables: readonly Table[]; unknown: string | undefined } {
    const names = new Set([...identifiers].map((name) => name.toLowerCase()));
    const unknown = [...sources].find((name) => !this.#byName.has(name.toLowerCase()));
    const tables = [...this.#tables.values()].filter((table) => names.has(table.name.toLowerCase()));
    return { tables, unknown };
  }

  /** What reading a table depends on: itself, or the base tables of a view at any depth. */
  base(path: string): Base {
    const known = this.#bases.get(path);
    if (known) return known;
    // A view that refers to itself is not valid SQL; the entry ends the recursion all the same.
    this.#bases.set(path, { kind: "unknown", name: path });
    const base = this.#computeBase(path);
    this.#bases.set(path, base);
    return base;
  }

  /** Tables whose rows may change along with a write to `path`, by foreign keys and through views. */
  affected(path: string, write: WriteKind): ReadonlySet<string> {
    const key = `${write} ${path}`;
    const known = this.#cascades.get(key);
    if (known) return known;
    const affected = this.#computeAffected(path, write);
    this.#cascades.set(key, affected);
    return affected;
  }

  #schemasOf(table: Table): ReadonlySet<string> {
    return table.schema === undefined ? this.#defaultSchemas : new Set([table.schema.toLowerCase()]);
  }

  #computeBase(path: string): Base {
    const view = this.#tables.get(path)?.view;
    if (!view || view.materialized) return { kind: "tables", paths: new Set([path]) };
    const paths = new Set([path]);
    for (const statement of this.#analyse(view.expression).statements) {
      if (statement.volatility) return { kind: "volatile", volatility: statement.volatility };
      if (statement.reads.kind !== "exact") return { kind: "unknown", name: path };
      for (const name of statement.reads.tables) {
        const base = this.#baseOf(name);
        if (base.kind !== "tables") return base;
        for (const each of base.paths) paths.add(each);
      }
    }
    return { kind: "tables", paths };
  }

  #baseOf(name: TableName): Base {
    const tables = this.resolve(name);
    if (tables.length === 0) return { kind: "unknown", name: name.name };
    const paths = new Set<string>();
    for (const table of tables) {
      const base = this.base(table.path);
      if (base.kind !== "tables") return base;
      for (const path of base.paths) paths.add(path);
    }
    return { kind: "tables", paths };
  }

  #computeAffected(path: string, write: WriteKind): ReadonlySet<string> {
    const affected = new Set<string>();
    const base = this.base(path);
    // An updatable view writes to its base tables; of an unreadable one only its name is known.
    for (const each of base.kind === "tables" ? base.paths : [path]) {
      for (const reached of cascade(this.#tables, each, write)) affected.add(reached);
    }
    return affected;
  }
}
