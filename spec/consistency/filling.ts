import type { DataSource } from "typeorm";
import type { PerDatabase } from "../support/databases";
import { type Family, kindIn, kindsOf } from "./family";
import { LABELS } from "./labels";

/** The ids that the database makes begin here: beyond those that everybody meets. */
const FIRST = 101;

const BEGIN_THERE: PerDatabase<(table: string) => string> = {
  postgres: (table) => `ALTER SEQUENCE "${table}_id_seq" RESTART WITH ${FIRST}`,
  mariadb: (table) => `ALTER TABLE ${table} AUTO_INCREMENT = ${FIRST}`,
  sqljs: (table) => `UPDATE sqlite_sequence SET seq = ${FIRST - 1} WHERE name = '${table}'`,
};

/** A row of each id in every table. */
export async function fill(dataSource: DataSource, family: Family): Promise<void> {
  for (const table of family.tables) {
    for (let id = 1; id <= family.ids; id++) {
      const parentId = table.parent === undefined ? null : id;
      const kind = kindIn(table, id % kindsOf(table));
      const values = { value: 0, parentId, label: LABELS[id % LABELS.length], kind };
      await dataSource.getRepository(table.name).insert({ id, ...values });
    }
    if (table.generated) await dataSource.query(BEGIN_THERE[family.database](table.name));
  }
}
