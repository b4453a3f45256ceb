import { expect } from "chai";
import type {
  CacheStore,
  Claim,
  Dependency,
  Namespace,
  Part,
  RecordName,
  Registry,
} from "../../../src/stores/store";
import { all, entryBeside, epoch, part, table } from "../addresses";
import { type KnownClaim, Model, type Reading } from "./model";

export interface Subject {
  readonly store: CacheStore;
  /** Waits until a lease of a millisecond is over. */
  outlive(): Promise<void>;
  loseRecord(record: RecordName): Promise<void>;
  losePart(record: RecordName, part: Part): Promise<void>;
}

interface Reader {
  readonly hash: string;
  readonly reading: Reading;
  readonly versions: readonly string[];
  readonly fenced: boolean;
}

const TTL = 60_000;
const LEASE = 60_000;
const NOTHING: Registry = { stamp: "", schemes: [] };

/** A store, what has been done with it, and the model of it. */
export class World {
  private readonly model = new Model();
  private readonly readers = new Map<number, Reader>();
  private readonly entries = new Map<string, Reading>();
  private readonly registries = new Map<string, Registry>();
  private readonly pending = new Map<string, KnownClaim>();
  private lossless = true;

  constructor(
    readonly subject: Subject,
    readonly namespace: Namespace,
    /** Counted, to know that there are enough of each. */
    private readonly outcomes: { current: number; stale: number; stored: number; refused: number },
  ) {}

  record(name: string): RecordName {
    return name === "" ? epoch(this.namespace) : table(this.namespace, name);
  }

  async look(slot: number, hash: string, asked: readonly Dependency[]): Promise<void> {
    const dependencies = [all(this.record("")), ...asked];
    const at = this.model.now();
    const { snapshot, entry } = await this.store.lookup(this.entryKey(hash), dependencies, TTL, LEASE);
    this.readers.set(slot, { hash, reading: { dependencies, at }, ...snapshot });
    if (this.model.isMarked(dependencies)) expect(snapshot.fenced, "fenced").to.equal(true);
    const stored = this.entries.get(hash);
    if (!entry || !stored) return;
    this.outcomes[entry.current ? "current" : "stale"]++;
    if (entry.current) expect(this.model.mayBeCurrent(stored), "a current entry").to.equal(true);
    else expect(this.lossless && this.model.isUntouched(stored), "a stale entry").to.equal(false);
  }

  /** With parts that the result told, of the schemes that the look-up was told. */
  async put(slot: number, told: readonly Part[]): Promise<void> {
    const reader = this.readers.get(slot);
    if (!reader || reader.fenced) return;
    const dependencies = reader.reading.dependencies.map((dependency) => completed(dependency, told));
    const payload = Buffer.from("payload");
    const key = this.entryKey(reader.hash);
    const stored = await this.store.store(key, dependencies, reader.versions, payload, TTL);
    this.outcomes[stored ? "stored" : "refused"]++;
    const reading = { dependencies, at: reader.reading.at };
    if (stored) {
      expect(this.model.mayBeCurrent(reading), "a stored result").to.equal(true);
      this.entries.set(reader.hash, reading);
    } else expect(this.lossless && this.model.isUntouched(reading), "a refused result").to.equal(false);
  }

  async learn(writer: string, record: RecordName): Promise<void> {
    const [registry] = await this.store.registries([record]);
    this.registries.set(writer + record.name, registry!);
  }

  /** Or renews the mark, if there is one. */
  async fence(writer: string, wanted: Claim, lease = LEASE): Promise<void> {
    const known = this.pending.get(writer) ?? this.known(writer, wanted);
    await this.store.fence(writer, this.record(""), [known.claim], lease);
    this.pending.set(writer, known);
    this.model.mark(writer, known);
  }

  async replace(writer: string): Promise<void> {
    const known = this.pending.get(writer);
    if (!known) return;
    await this.store.replace(writer, this.record(""), [known.claim]);
    this.pending.delete(writer);
    this.model.replace(known, writer);
  }

  /** Its lease runs out, and nobody knows whether it has committed. */
  async die(writer: string, wanted: Claim): Promise<void> {
    await this.fence(writer, wanted, 1);
    await this.subject.outlive();
    this.model.replace(this.pending.get(writer)!, writer);
    this.pending.delete(writer);
  }

  async lose(record: RecordName, lost?: Part): Promise<void> {
    this.lossless = false;
    await (lost ? this.subject.losePart(record, lost) : this.subject.loseRecord(record));
  }

  async clear(): Promise<void> {
    this.lossless = false;
    await this.store.clear(this.namespace.prefix);
  }

  private get store(): CacheStore {
    return this.subject.store;
  }

  private entryKey(hash: string) {
    return entryBeside(this.record("city"), hash);
  }

  /** What the writer knows of the record may be long out of date. */
  private known(writer: string, { record, changes }: Claim): KnownClaim {
    const { stamp, schemes } = this.registries.get(writer + record.name) ?? NOTHING;
    return {
      claim: changes ? { record, changes: { ...changes, stamp } } : { record },
      schemes: new Set(schemes.map(({ id }) => id)),
    };
  }
}

function completed(dependency: Dependency, told: readonly Part[]): Dependency {
  const { parts, schemes } = dependency;
  if (!parts) return dependency;
  const more = told.filter(({ scheme }) => schemes?.some(({ id }) => id === scheme));
  const names = new Set([...parts, ...more].map(({ scheme, key }) => `${scheme}/${key}`));
  return { ...dependency, parts: [...names].map(part) };
}
