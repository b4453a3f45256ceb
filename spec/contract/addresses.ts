import { randomUUID } from "node:crypto";
import type { Dependency, EntryKey, Namespace } from "../../src/stores/store";

/** A namespace that no other spec uses, so that specs can share a server. */
export function freshNamespace(): Namespace {
  return { prefix: `spec-${randomUUID()}`, database: "db" };
}

export function table(namespace: Namespace, name: string): Dependency {
  return { namespace, kind: "table", name };
}

export function epoch(namespace: Namespace): Dependency {
  return { namespace, kind: "everything", name: "" };
}

export function entryBeside(home: Dependency, hash = "hash"): EntryKey {
  return { namespace: home.namespace, hash, home };
}
