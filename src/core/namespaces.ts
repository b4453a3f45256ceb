import type { WriteSet } from "../dependencies/writes";
import type { TableChange } from "../dependencies/row-change";
import type { Reliance } from "../dependencies/reliance";
import type { Dependency, Namespace, RecordName } from "../stores/store";

/** The records that a write replaces, and the epoch in which their marks are noted. */
export interface Written {
  readonly epoch: RecordName;
  readonly records: readonly WrittenRecord[];
}

export interface WrittenRecord {
  readonly record: RecordName;
  readonly change: TableChange;
  /** Of the epoch. */
  readonly altered?: boolean | undefined;
  /** Of the table; `undefined`: the epoch, or an identifier. */
  readonly path: string | undefined;
}

/** Where the records and entries of one data source live. */
export class Namespaces {
  readonly #database: string;
  readonly #prefix: (tables: readonly string[]) => string;
  /** Part of the key of what belongs to one of several databases that have their records in common; else empty. */
  readonly own: string;

  constructor(database: string, prefix: (tables: readonly string[]) => string, own = "") {
    this.#database = database;
    this.#prefix = prefix;
    this.own = own;
  }

  of(tables: readonly string[]): Namespace {
    return { prefix: this.#prefix(tables), database: this.#database };
  }

  everything(): RecordName {
    return { namespace: this.of([]), kind: "everything", name: "" };
  }

  /**
   * A table's record is addressed by the prefix of that table alone, however many tables the
   * statement has: a reader that joins it and a writer that changes just it have to meet there.
   */
  table(path: string): RecordName {
    return { namespace: this.of([path]), kind: "table", name: path };
  }

  identifier(id: string): RecordName {
    return { namespace: this.of([]), kind: "id", name: id };
  }

  /** What a result relies on that is read from these tables, and kept under this identifier: the epoch first. */
  dependencies(
    reliances: readonly Pick<Reliance, "path" | "parts" | "schemes">[],
    identifier?: string,
  ): readonly Dependency[] {
    return [
      { record: this.everything() },
      ...reliances.map(({ path, parts, schemes }) =>
        parts ? { record: this.table(path), parts, schemes } : { record: this.table(path) },
      ),
      ...(identifier === undefined ? [] : [{ record: this.identifier(identifier) }]),
    ];
  }

  /** Every record that may bear a mark of these: tables may have been marked before it came to be everything. */
  markedBy({ everything, tables, identifiers = new Set() }: WriteSet): readonly RecordName[] {
    const records = [
      ...[...tables.keys()].map((path) => this.table(path)),
      ...[...identifiers].map((id) => this.identifier(id)),
    ];
    return everything === undefined ? records : [this.everything(), ...records];
  }

  written({ everything, altered, tables, identifiers = new Set() }: WriteSet): Written {
    const epoch = this.everything();
    if (everything !== undefined)
      return { epoch, records: [{ record: epoch, change: "all", altered, path: undefined }] };
    return {
      epoch,
      records: [
        ...[...tables].map(([path, change]) => ({ record: this.table(path), change, path })),
        ...[...identifiers].map((id): WrittenRecord => ({
          record: this.identifier(id),
          change: "all",
          path: undefined,
        })),
      ],
    };
  }
}

export function recordId({ namespace, kind, name }: RecordName): string {
  return JSON.stringify([namespace.prefix, namespace.database, kind, name]);
}
