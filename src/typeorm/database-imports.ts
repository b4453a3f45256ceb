import type { DataSource } from "typeorm";
import { type Method, type Patch, prototypeWith } from "./patch";
import { installedFor } from "./registry";

/** sql.js puts another database in the place of the one that is open, without a statement. */
export function importPatches({ manager }: DataSource): readonly Patch[] {
  if (!("loadDatabase" in manager)) return [];
  return [{ prototype: prototypeWith(manager, "loadDatabase"), name: "loadDatabase", wrap: fenced }];
}

function fenced(original: Method): Method {
  return function (this: unknown, ...args) {
    const load = (): Promise<unknown> => original.apply(this, args) as Promise<unknown>;
    const installation = installedFor(this);
    return installation
      ? installation.during({ everything: "loadDatabase()", tables: new Map() }, load)
      : load();
  };
}
