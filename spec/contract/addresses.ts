import { randomUUID } from "node:crypto";
import type {
  Claim,
  Dependency,
  EntryKey,
  Namespace,
  Part,
  RecordName,
  Scheme,
} from "../../src/stores/store";

/** A namespace that no other spec uses, so that specs can share a server. */
export function freshNamespace(): Namespace {
  return { prefix: `spec-${randomUUID()}`, database: "db" };
}

export function table(namespace: Namespace, name: string): RecordName {
  return { namespace, kind: "table", name };
}

export function epoch(namespace: Namespace): RecordName {
  return { namespace, kind: "everything", name: "" };
}

export function entryBeside(home: RecordName, hash = "hash"): EntryKey {
  return { namespace: home.namespace, hash, home };
}

/** All of a record: as a dependency, and as a claim. */
export interface Whole {
  readonly record: RecordName;
}

export function all(record: RecordName): Whole {
  return { record };
}

export function scheme(id: string): Scheme {
  return { id, text: `{"columns":["${id}"]}` };
}

/** `part("id/1")` is part 1 of scheme `id`. */
export function part(name: string): Part {
  const [id = "", key = ""] = name.split("/");
  return { scheme: id, key };
}

/** A dependency on parts, `"id/1"`, and on schemes of which the parts are not known yet, `"owner"`. */
export function some(record: RecordName, ...names: string[]): Dependency {
  return {
    record,
    parts: names.filter((name) => name.includes("/")).map(part),
    schemes: [...new Set(names.map((name) => name.split("/")[0]!))].map(scheme),
  };
}

/** A claim on parts, `"id/1"`, and on all of schemes, `"owner"`, by who knows the registry of this stamp. */
export function claim(record: RecordName, stamp: string, ...names: string[]): Claim {
  return {
    record,
    changes: {
      stamp,
      schemes: names.filter((name) => !name.includes("/")),
      parts: names.filter((name) => name.includes("/")).map(part),
    },
  };
}
