import type { Dependency, EntryKey, Freshness, Lookup, RecordName, Version } from "../store";
import { duration, nonce } from "./arguments";
import { type Group, grouped, type Tagging, ungrouped } from "./groups";
import { entryKey, recordKey } from "./keyspace";
import type { Argument, Send } from "./links/link";
import { LOOKUP } from "./lua/lookup.lua";
import { PROOF, PROVEN } from "./lua/proof.lua";
import { STORE } from "./lua/store.lua";
import {
  describeForLookup,
  describeForStore,
  keysOfDependencies,
  type StoredReliance,
  storedReliance,
  subjectOf,
} from "./operands";
import { type FoundEntry, type Look, readLook, type Sight, type Unproven } from "./replies";
import { Script } from "./script";

type Keys = readonly [Argument, ...Argument[]];

/** What was seen of dependencies, slot by slot. */
interface Seen {
  readonly sights: readonly Sight[];
  readonly marked: boolean;
  /** Of one of them a mark may have been lost. */
  readonly lost: boolean;
  readonly looks: readonly Look[];
}

/**
 * The read flow over slots (DESIGN.md, "Slots"): the calls to several are one wave, sent at once. There are more of them
 * only where an entry relies on parts of other slots that the result alone told, and where a record is new.
 */
export class Reading {
  private readonly scripts = {
    lookup: new Script(LOOKUP),
    proof: new Script(PROOF),
    proven: new Script(PROVEN),
    store: new Script(STORE),
  };

  constructor(private readonly tagOf: Tagging) {}

  async lookup(
    send: Send,
    entry: EntryKey,
    dependencies: readonly Dependency[],
    ttl: number,
    lease: number,
  ): Promise<Lookup> {
    const groups = this.withHome(dependencies, entry);
    const seen = await this.look(send, groups, dependencies, ttl, lease);
    const found = seen.looks.find((look) => look.entry)?.entry;
    return {
      snapshot: {
        versions: seen.sights.map(({ version }) => version),
        fenced: seen.marked || seen.lost,
        refused: seen.looks.flatMap(({ refused }) => refused),
      },
      age: Math.min(...seen.looks.map(({ age }) => age)),
      altered: seen.looks.map(({ altered }) => altered).join(""),
      entry: found && {
        payload: found.payload,
        took: found.took,
        left: found.left,
        current: !seen.lost && (await this.isCurrent(send, found, dependencies, seen.sights, ttl)),
      },
    };
  }

  async freshness(
    send: Send,
    dependencies: readonly Dependency[],
    ttl: number,
    lease: number,
  ): Promise<Freshness> {
    const groups = grouped(dependencies, this.tagOf);
    const { sights, marked, lost } = await this.look(send, groups, dependencies, ttl, lease);
    return { tokens: sights.map(tokenOf), fenced: marked || lost };
  }

  /**
   * The slots are asked at once, so the entry may be there for a moment although another slot has refused: whoever
   * finds it asks them all again. It is taken back to make room.
   */
  async store(
    send: Send,
    entry: EntryKey,
    dependencies: readonly Dependency[],
    versions: readonly Version[],
    payload: Buffer,
    ttl: number,
    took: number,
  ): Promise<boolean> {
    const reliances = dependencies.map((dependency, at) => ({ ...dependency, version: versions[at] ?? "" }));
    const groups = this.withHome(reliances, entry);
    const stored = groups.map(({ items }) => items.map(storedReliance));
    const elsewhere = JSON.stringify(stored.filter((_, at) => !groups[at]?.entry).flat());
    const answers = groups.map((group, at) => {
      const own = stored[at]!;
      return group.entry
        ? this.verify(send, own, ttl, { key: entryKey(group.entry), elsewhere, payload, took })
        : this.verify(send, own, ttl);
    });
    const unchanged = await Promise.all(answers);
    if (unchanged.every(Boolean)) return true;
    if (unchanged[groups.findIndex((group) => group.entry)])
      await send(entryKey(entry), ["UNLINK", entryKey(entry)]);
    return false;
  }

  private withHome<T extends { readonly record: RecordName }>(
    items: readonly T[],
    entry: EntryKey,
  ): readonly HomeGroup<T>[] {
    const groups = grouped(items, this.tagOf);
    const home = this.tagOf(entry.home);
    if (!groups.some(({ tag }) => tag === home))
      return [...groups, { tag: home, items: [], places: [], entry }];
    return groups.map((group) => (group.tag === home ? { ...group, entry } : group));
  }

  private async look(
    send: Send,
    groups: readonly HomeGroup<Dependency>[],
    dependencies: readonly Dependency[],
    ttl: number,
    lease: number,
  ): Promise<Seen> {
    const looks = await Promise.all(groups.map((group) => this.lookAt(send, group, ttl, lease)));
    const sights = ungrouped(
      groups,
      looks.map((look) => look.sights),
    );
    const marked = sights.some((sight) => sight.marked);
    const unproven = looks.flatMap((look) => look.unproven);
    const epoch = dependencies[0]?.record;
    if (marked || unproven.length === 0 || !epoch) return { sights, looks, marked, lost: false };
    return { sights, looks, marked, lost: !(await this.prove(send, epoch, unproven, lease)) };
  }

  private async lookAt(
    send: Send,
    { items, entry }: HomeGroup<Dependency>,
    ttl: number,
    lease: number,
  ): Promise<Look> {
    const keys = [...(entry ? [entryKey(entry)] : []), ...keysOfDependencies(items)] as unknown as Keys;
    const args = [nonce(), duration(ttl), duration(lease), entry ? "1" : "0", describeForLookup(items)];
    return readLook(await this.scripts.lookup.run(send, keys, args));
  }

  /** Behind the look, as what was lost before that was noted before that. */
  private async prove(
    send: Send,
    epoch: RecordName,
    unproven: readonly Unproven[],
    lease: number,
  ): Promise<boolean> {
    const args = [nonce(), duration(lease), ...unproven.flatMap(({ key, marks }) => [key, marks])];
    const proofs = (await this.scripts.proof.run(send, [recordKey(epoch)], args)) as number[];
    const proven = unproven.filter((_, at) => proofs[at] === 1);
    await Promise.all(proven.map(({ key, token }) => this.scripts.proven.run(send, [key], [nonce(), token])));
    return proven.length === unproven.length;
  }

  private async isCurrent(
    send: Send,
    { current, elsewhere }: FoundEntry,
    dependencies: readonly Dependency[],
    sights: readonly Sight[],
    ttl: number,
  ): Promise<boolean> {
    if (!current || elsewhere.length === 0) return current;
    const seen = new Map(
      dependencies.map((dependency, at) => [
        subjectOf(storedReliance({ ...dependency, version: "" })),
        sights[at]!,
      ]),
    );
    const unseen: StoredReliance[] = [];
    for (const reliance of elsewhere) {
      const sight = seen.get(subjectOf(reliance));
      if (!sight) unseen.push(reliance);
      else if (!holds(reliance, sight)) return false;
    }
    const answers = await Promise.all(unseen.map((reliance) => this.verify(send, [reliance], ttl)));
    return answers.every(Boolean);
  }

  private async verify(
    send: Send,
    reliances: readonly StoredReliance[],
    ttl: number,
    entry?: {
      readonly key: string;
      readonly elsewhere: string;
      readonly payload: Buffer;
      readonly took: number;
    },
  ): Promise<boolean> {
    const keys = [...(entry ? [entry.key] : []), ...reliances.flatMap((one) => one.keys)] as unknown as Keys;
    const args = [nonce(), duration(ttl), entry ? "1" : "0", describeForStore(reliances)];
    const more = entry ? [entry.elsewhere, entry.payload, duration(entry.took)] : [];
    return (await this.scripts.store.run(send, keys, [...args, ...more])) === 1;
  }
}

/** A group, and the entry that lives in its slot. */
interface HomeGroup<T> extends Group<T> {
  readonly entry?: EntryKey;
}

/** Whether nothing that it relies on was replaced since its version, or is marked. */
function holds({ version }: StoredReliance, sight: Sight): boolean {
  const [incarnation, count] = split(version);
  return !sight.marked && incarnation === split(sight.version)[0] && sight.last <= Number(count);
}

/** The version that the record had when what the dependency relies on was replaced last. */
function tokenOf({ version, last }: Sight): string {
  return `${split(version)[0]}.${last}`;
}

function split(version: Version): readonly [incarnation: string, count: string] {
  const dot = version.lastIndexOf(".");
  return [version.slice(0, dot), version.slice(dot + 1)];
}
