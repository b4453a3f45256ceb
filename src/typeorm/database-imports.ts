import type { DataSource } from "typeorm";
import { type Patch, prototypeWith } from "./patch";
import { installedOn } from "./registry";

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** sql.js puts another database in the place of the one that is open, without a statement. */
export function importPatches({ manager }: DataSource): readonly Patch[] {
  if (!("loadDatabase" in manager)) return [];
  return [{ prototype: prototypeWith(manager, "loadDatabase"), name: "loadDatabase", wrap: fenced }];
}

function fenced(original: Method): Method {
  return function (this: unknown, ...args) {
    const { dataSource, connection } = this as { dataSource?: DataSource; connection?: DataSource };
    const load = (): Promise<unknown> => original.apply(this, args) as Promise<unknown>;
    const installation = installedOn(dataSource ?? connection);
    return installation
      ? installation.during({ everything: "loadDatabase()", tables: new Set() }, load)
      : load();
  };
}
