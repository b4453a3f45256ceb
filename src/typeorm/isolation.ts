import type { DataSource } from "typeorm";
import type { IsolationLevel, SqlDialect } from "../sql/analysis";

const QUESTIONS: Record<SqlDialect, string | undefined> = {
  postgres: "SHOW default_transaction_isolation",
  mysql: "SELECT @@transaction_isolation AS isolation",
  sqlite: undefined,
};

/**
 * What the server starts transactions with, which an administrator or a connection option may have
 * set: under REPEATABLE READ a plain BEGIN sees the past. `undefined`: the database's usual level.
 */
export async function serverIsolation(dataSource: DataSource, dialect: SqlDialect): Promise<IsolationLevel | undefined> {
  const question = QUESTIONS[dialect];
  if (question === undefined) return undefined;
  const queryRunner = dataSource.createQueryRunner("master");
  try {
    const rows = (await queryRunner.query(question)) as Record<string, string>[];
    return rows[0] && (Object.values(rows[0])[0]?.toUpperCase().replaceAll("-", " ") as IsolationLevel);
  } catch {
    // MariaDB before 11.1 calls it @@tx_isolation; not knowing means the strictest.
    return "SERIALIZABLE";
  } finally {
    await queryRunner.release();
  }
}
