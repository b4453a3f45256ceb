import type { DataSource } from "typeorm";
import { type Method, type Patch, prototypeWith } from "./patch";
import { installedOn } from "./registry";

const OPERATIONS = ["synchronize", "runMigrations", "undoLastMigration", "dropDatabase"];

/**
 * What a data source does to its tables as a whole. When it is done, the database is asked anew what they are, so that
 * no read has to wait for it.
 */
export function schemaOperationPatches(dataSource: DataSource): readonly Patch[] {
  return OPERATIONS.map((name) => ({ prototype: prototypeWith(dataSource, name), name, wrap: followed }));
}

function followed(original: Method): Method {
  return async function (this: unknown, ...args) {
    const result = await original.apply(this, args);
    await installedOn(this)?.learnTables();
    return result;
  };
}
