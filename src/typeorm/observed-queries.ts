import type { QueryRunner } from "typeorm";
import type { Session } from "../core/session";
import type { Installed, QueryCall } from "./registry";
import { readsReplica } from "./replicas";

const MANUAL = Object.freeze({ cache: undefined, timeout: undefined, id: undefined });

/**
 * A call of `query()` in a function that is being cached: its result relies on what the statement reads. Statements of
 * builders do not come by here with a function to tell: the reader has told it.
 */
export async function observed(
  installation: Installed,
  queryRunner: QueryRunner,
  { query, parameters = [] }: QueryCall,
  call: () => Promise<unknown>,
): Promise<unknown> {
  const { reader, sessions, facts } = installation;
  const session = (): Session => sessions.of(queryRunner);
  const loading = session().inTransaction ? undefined : facts.ready(queryRunner);
  if (loading) await loading;
  // Which session it is, is known once there is a connection; the statement would take it anyway.
  await queryRunner.connect();
  // Named parameters of MySQL's driver are an object, which is no list of constants.
  const list: readonly unknown[] = Array.isArray(parameters) ? parameters : [Symbol("named parameters")];
  const request = { sql: query, parameters: list, session, entity: undefined, manual: MANUAL } as const;
  return reader.observe({ ...request, settings: "", method: "many", locks: false }, async () => {
    const { generation, unshareable } = session();
    const rows = await call();
    const shareable = unshareable === undefined && session().generation === generation;
    return { rows, shareable, replica: readsReplica(installation, queryRunner) };
  });
}
