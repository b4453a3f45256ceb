import type { DataSource, QueryRunner } from "typeorm";
import { currentScope } from "../core/scope";
import { observed } from "./observed-queries";
import { type Method, type Patch, prototypeWith } from "./patch";
import { installedFor } from "./registry";

/**
 * A statement has ended when what follows from it has been done. TypeORM 0.3 does not wait for
 * `afterQuery` on MySQL and MariaDB:
 *
 *   1. COMMIT is answered, its runner released, and the versions are being replaced
 *   2. the next runner gets the connection and begins a transaction
 *   3. the versions are replaced, and the session's transaction counts as ended: the wrong one
 */
export function settlingPatches(dataSource: DataSource): readonly Patch[] {
  const queryRunner = dataSource.createQueryRunner();
  return [{ prototype: prototypeWith(queryRunner, "query"), name: "query", wrap: settled }];
}

function settled(original: Method): Method {
  return function (this: unknown, ...args) {
    const queryRunner = this as QueryRunner;
    const installation = installedFor(queryRunner);
    const send = (): Promise<unknown> => original.apply(this, args) as Promise<unknown>;
    if (!installation) return send();
    const statement = { query: args[0] as string, parameters: args[1] };
    const call = (): Promise<unknown> => installation.complete(queryRunner, statement, send);
    return currentScope().recording ? observed(installation, queryRunner, statement, call) : call();
  };
}
