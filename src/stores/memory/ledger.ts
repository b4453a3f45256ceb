import type { Claim, Dependency, RecordName, Registry, Version } from "../store";
import { partKey, recordKey } from "./keys";
import { Marks } from "./marks";
import { Parts } from "./parts";
import { type RecordState, versionOf } from "./record-state";
import { Records } from "./records";
import { type Reliance, relianceOf } from "./reliance";
import { knew, register, registryOf } from "./schemes";

interface Sight {
  readonly version: Version;
  /** The version that the record had when what the dependency relies on was replaced last. */
  readonly token: Version;
  readonly at: number;
  readonly fenced: boolean;
  readonly refused: readonly string[];
}

const UNKNOWN: Registry = { stamp: "", schemes: [] };

/** Records with their schemes, parts and marks: what of them counts as replaced, and what as about to be. */
export class Ledger {
  private readonly records: Records;
  private readonly parts: Parts;
  private readonly marks = new Marks();
  /** Tokens by the epoch's key, which say that tables were altered: apart, as marks are, from what can be lost. */
  private readonly altered = new Map<string, string>();
  private alterations = 0;

  constructor(
    maxRecords: number,
    private readonly clock: () => number,
  ) {
    this.records = new Records(maxRecords, clock);
    this.parts = new Parts(maxRecords);
  }

  /** The dependency as a reader sees it: what is missing of it is made. */
  look(dependency: Dependency, ttl: number): Sight {
    const reliance = relianceOf(dependency);
    const record = this.settle(reliance.record);
    const texts = new Map(dependency.schemes?.map(({ id, text }) => [id, text]));
    const refused = (reliance.schemes ?? []).filter(
      (id) => !register(record, id, texts.get(id), ttl, this.clock()),
    );
    const count = refused.length === 0 ? this.lastReplacement(reliance, record) : record.count;
    const fenced = this.marks.concern(reliance, record);
    const token = versionOf({ ...record, count });
    return { version: versionOf(record), token, at: record.at, fenced, refused };
  }

  /** Whether nothing that it relies on was replaced since its version, or is marked. */
  holds(reliance: Reliance): boolean {
    const record = this.records.find(reliance.record);
    const dot = reliance.version.lastIndexOf(".");
    if (record?.incarnation !== reliance.version.slice(0, dot)) return false;
    const last = this.lastReplacement(reliance, record);
    return last <= Number(reliance.version.slice(dot + 1)) && !this.marks.concern(reliance, record);
  }

  /** Keeps the schemes from making room for `ttl` longer. */
  prolong({ record, schemes = [] }: Reliance, ttl: number): void {
    const state = this.records.find(record);
    if (state) for (const id of schemes) register(state, id, undefined, ttl, this.clock());
  }

  alteredAt(name: RecordName): string {
    return this.altered.get(recordKey(name)) ?? "";
  }

  registry(name: RecordName): Registry {
    const record = this.records.find(recordKey(name));
    return record ? registryOf(record) : UNKNOWN;
  }

  /**
   * A mark that ran out counts as a replacement, also the writer's own: this one takes its place, and may be on
   * less. A second claim on one record would take the place of the first, so the mark is on all of it.
   */
  mark(writer: string, claims: readonly Claim[], lease: number): void {
    const marked = new Set<string>();
    for (const claim of claims) {
      const key = recordKey(claim.record);
      this.settle(key);
      this.marks.set(key, writer, this.clock() + lease, marked.has(key) ? undefined : claim);
      marked.add(key);
    }
  }

  /** Registries for whoever makes these claims and does not know them. */
  newlyKnown(claims: readonly Claim[]): readonly (Registry | undefined)[] {
    return claims.map(({ record, changes }) => {
      const registry = this.registry(record);
      return registry.stamp === changes?.stamp ? undefined : registry;
    });
  }

  /** A missing record stays missing: it will come back as another incarnation anyway. */
  replace(writer: string, claim: Claim): void {
    const key = recordKey(claim.record);
    const record = this.records.find(key);
    if (record && claim.changes) this.replaceSome(record, claim.record, claim.changes);
    else if (record && !claim.unchanged) this.records.replaceAll(record);
    if (claim.altered) this.altered.set(key, String(++this.alterations));
    this.marks.drop(key, writer);
  }

  /** Forgets all but marks: a write in flight goes on keeping readers out. */
  clear(keyStart: string): void {
    this.records.clear(keyStart);
    this.parts.clear(keyStart);
  }

  /**
   * The record as it counts, made if it is missing. The end of a lease is a replacement of all of it, as its
   * writer may have committed before it died.
   */
  private settle(key: string): RecordState {
    const expired = this.marks.dropExpired(key, this.clock());
    const record = this.records.find(key);
    if (!record) return this.records.create(key);
    return expired ? this.records.replaceAll(record) : record;
  }

  private replaceSome(record: RecordState, name: RecordName, changes: NonNullable<Claim["changes"]>): void {
    this.records.replaceSome(record);
    const named = new Set(changes.schemes);
    for (const [id, scheme] of record.schemes) {
      // 1. writer: the registry. 2. reader: registers a scheme, looks up, loads. 3. writer: replaces what it knew of.
      if (named.has(id) || !knew(changes.stamp, record, scheme)) scheme.replaced = record.count;
    }
    for (const part of changes.parts) this.parts.replace(partKey(name, part), record);
  }

  /**
   * When what it relies on was replaced last, as the record's count; never, so to speak, where a scheme is not
   * registered. Makes all missing parts, also where the answer is known before: else a record that is always
   * written to would never come to have them.
   */
  private lastReplacement({ schemes, parts }: Reliance, record: RecordState): number {
    if (!schemes) return record.count;
    const replaced = schemes.map((id) => record.schemes.get(id)?.replaced ?? Infinity);
    if (replaced.includes(Infinity)) return Infinity;
    return [...replaced, ...parts.map((key) => this.parts.countOf(key, record))].reduce(
      (last, count) => Math.max(last, count),
      0,
    );
  }
}
