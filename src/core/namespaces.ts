import type { WriteSet } from "../dependencies/writes";
import type { Dependency, Namespace } from "../stores/store";

/** The records that a write replaces, and the epoch in which their marks are noted. */
export interface Written {
  readonly epoch: Dependency;
  readonly records: readonly Dependency[];
}

/** Where the records and entries of one data source live. */
export class Namespaces {
  readonly #database: string;
  readonly #prefix: (tables: readonly string[]) => string;

  constructor(database: string, prefix: (tables: readonly string[]) => string) {
    this.#database = database;
    this.#prefix = prefix;
  }

  of(tables: readonly string[]): Namespace {
    return { prefix: this.#prefix(tables), database: this.#database };
  }

  everything(): Dependency {
    return { namespace: this.of([]), kind: "everything", name: "" };
  }

  /**
   * A table's record is addressed by the prefix of that table alone, however many tables the
   * statement has: a reader that joins it and a writer that changes just it have to meet there.
   */
  table(path: string): Dependency {
    return { namespace: this.of([path]), kind: "table", name: path };
  }

  identifier(id: string): Dependency {
    return { namespace: this.of([]), kind: "id", name: id };
  }

  written(writes: WriteSet): Written {
    const epoch = this.everything();
    const records =
      writes.everything === undefined ? [...writes.tables].map((path) => this.table(path)) : [epoch];
    return { epoch, records };
  }
}

export function dependencyKey({ namespace, kind, name }: Dependency): string {
  return JSON.stringify([namespace.prefix, namespace.database, kind, name]);
}
