import type { DataSource, QueryRunner } from "typeorm";
import type { Method, Patch } from "./patch";
import { installedFor } from "./registry";

interface Broadcaster {
  readonly queryRunner: QueryRunner;
}

/**
 * A subscriber that throws in `beforeQuery` keeps TypeORM from sending the statement, and no event
 * tells the others: their fences would stay up.
 */
export function refusalPatches(dataSource: DataSource): readonly Patch[] {
  const { broadcaster } = dataSource.createQueryRunner() as unknown as { broadcaster: object };
  return [
    { prototype: Object.getPrototypeOf(broadcaster) as object, name: "broadcast", wrap: noticingRefusal },
  ];
}

function noticingRefusal(original: Method): Method {
  return function (this: unknown, ...args) {
    const [event, query, parameters] = args;
    const broadcast = original.apply(this, args);
    if (event !== "BeforeQuery") return broadcast;
    return (broadcast as Promise<void>).catch(async (error: unknown) => {
      const { queryRunner } = this as Broadcaster;
      const installation = installedFor(queryRunner);
      await installation?.refused(queryRunner, query as string, parameters);
      throw error;
    });
  };
}
