import type { DataSource, EntityManager } from "typeorm";
import { inScope } from "../core/scope";
import { type Method, type Patch, prototypeWith } from "./patch";
import { installedFor } from "./registry";

const MANAGER_METHODS = ["save", "remove", "softRemove", "recover", "preload"];

/**
 * Persistence reads rows in order to write: `save()` compares with the row that it loads before its
 * transaction begins, and builders read back generated values. Answered from a cache, an update
 * would be lost. All of it runs in a scope in which reads go to the database.
 */
export function persistencePatches(dataSource: DataSource): readonly Patch[] {
  const manager = prototypeWith(dataSource.manager, "save");
  const builder = dataSource.createQueryBuilder();
  const builders = [builder.insert(), builder.update(), builder.delete(), builder.softDelete()];
  return [
    ...MANAGER_METHODS.map((name) => ({ prototype: manager, name, wrap: readingFromDatabase })),
    ...builders.map((each) => ({
      prototype: prototypeWith(each, "execute"),
      name: "execute",
      wrap: readingFromDatabase,
    })),
    { prototype: manager, name: "transaction", wrap: knowingTransaction },
  ];
}

function readingFromDatabase(original: Method): Method {
  return function (this: unknown, ...args) {
    return inScope({ bypass: "persistence" }, () => original.apply(this, args));
  };
}

/** Lets invalidations asked for by hand inside the callback wait for the commit. */
function knowingTransaction(original: Method): Method {
  return function (this: unknown, ...args) {
    const installation = installedFor(this);
    const at = args.findIndex((arg) => typeof arg === "function");
    if (!installation || at < 0) return original.apply(this, args);
    const run = args[at] as (manager: EntityManager) => unknown;
    const wrapped = (manager: EntityManager): unknown => {
      if (!manager.queryRunner) return run(manager);
      const session = installation.sessions.of(manager.queryRunner);
      return inScope({ transaction: { owner: installation.owner, session } }, () => run(manager));
    };
    return original.apply(this, args.with(at, wrapped));
  };
}
