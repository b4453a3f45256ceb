import type { DataSource } from "typeorm";
import type { IsolationLevel, SqlDialect } from "../sql/analysis";

const QUESTIONS: Record<SqlDialect, string | undefined> = {
  postgres: "SHOW default_transaction_isolation",
  // MariaDB before 11.1 knows only the second name.
  mysql: "SHOW VARIABLES WHERE Variable_name IN ('transaction_isolation', 'tx_isolation')",
  sqlite: undefined,
};

/**
 * What the server starts transactions with, which an administrator or a connection option may have
 * set: under REPEATABLE READ a plain BEGIN sees the past. `undefined`: the database's usual level.
 */
export async function serverIsolation(
  dataSource: DataSource,
  dialect: SqlDialect,
): Promise<IsolationLevel | undefined> {
  const question = QUESTIONS[dialect];
  if (question === undefined) return undefined;
  const queryRunner = dataSource.createQueryRunner("master");
  try {
    const rows = (await queryRunner.query(question)) as Record<string, string>[];
    return rows[0] && (Object.values(rows[0]).at(-1)?.toUpperCase().replaceAll("-", " ") as IsolationLevel);
  } catch {
    // Not knowing means the strictest.
    return "SERIALIZABLE";
  } finally {
    await queryRunner.release();
  }
}
