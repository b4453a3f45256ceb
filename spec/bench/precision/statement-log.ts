import type { DataSource, EntitySubscriberInterface, Logger } from "typeorm";
import { canonicalList, canonicalRows } from "./canonical";

/** A statement that reached the database, and what it gave. */
export interface Sent {
  readonly sql: string;
  /** The same for equal statements with equal parameters. */
  readonly key: string;
  readonly rows: string;
}

/** Counts all that a data source sends, and keeps the rows of reads while it is asked to. */
export class StatementLog {
  /** Statements sent so far, BEGIN and COMMIT among them. */
  count = 0;
  #kept: Sent[] | undefined;

  /** For the options of the data source. */
  readonly logger: Logger = {
    logQuery: () => void this.count++,
    logQueryError: () => undefined,
    logQuerySlow: () => undefined,
    logSchemaBuild: () => undefined,
    logMigration: () => undefined,
    log: () => undefined,
  };

  watch(dataSource: DataSource): void {
    const subscriber: EntitySubscriberInterface = {
      afterQuery: ({ query, parameters, rawResults }) => {
        if (!this.#kept) return;
        const key = `${query} ${canonicalList((parameters ?? []) as readonly unknown[])}`;
        this.#kept.push({ sql: query, key, rows: canonicalRows(query, lookedAt(query, rowsOf(rawResults))) });
      },
    };
    dataSource.subscribers.push(subscriber);
  }

  /** The statements that `work` sends, and its result. */
  async keep<T>(work: () => Promise<T>): Promise<{ result: T; sent: readonly Sent[] }> {
    const sent: Sent[] = [];
    this.#kept = sent;
    try {
      return { result: await work(), sent };
    } finally {
      this.#kept = undefined;
    }
  }
}

/** Of the keys of a page TypeORM looks at no more than the keys, in whatever order: it sorts the rows once more. */
function lookedAt(sql: string, rows: readonly unknown[]): readonly unknown[] {
  if (!/^SELECT DISTINCT (["`])distinctAlias\1\.\S+ AS \1ids_/.test(sql)) return rows;
  const keys = (row: object): string =>
    canonicalList(Object.entries(row).filter(([name]) => name.startsWith("ids_")));
  return [...new Set((rows as readonly object[]).map(keys))].sort();
}

/** Drivers give rows as they are, or in a result of their own. */
function rowsOf(raw: unknown): readonly unknown[] {
  if (Array.isArray(raw)) return raw;
  const { rows } = raw as { rows?: unknown };
  if (Array.isArray(rows)) return rows;
  throw new Error("The driver's result has no rows.");
}
