import type { Claim, RecordName, Registry } from "../store";
import { duration, nameInMarks, nonce } from "./arguments";
import { type Group, grouped, type Tagging, ungrouped } from "./groups";
import { recordKey } from "./keyspace";
import type { Argument, Send } from "./links/link";
import { FENCE } from "./lua/fence.lua";
import { REGISTRIES } from "./lua/registries.lua";
import { REPLACE } from "./lua/replace.lua";
import { describeClaims, keysOfClaims } from "./operands";
import { readRegistries } from "./replies";
import { Script } from "./script";

type Keys = readonly [Argument, ...Argument[]];
type News = readonly (Registry | undefined)[];

/** A claim on all of a record. */
const ALL = "[{}]";

/** The write flow over slots (DESIGN.md, "Slots"). */
export class Writing {
  private readonly scripts = {
    registries: new Script(REGISTRIES),
    fence: new Script(FENCE),
    replace: new Script(REPLACE),
  };

  constructor(private readonly tagOf: Tagging) {}

  async registries(send: Send, records: readonly RecordName[]): Promise<readonly Registry[]> {
    const groups = grouped(
      records.map((record) => ({ record })),
      this.tagOf,
    );
    const answers = groups.map(async ({ items }) => {
      const keys = items.map(({ record }) => recordKey(record)) as unknown as Keys;
      return readRegistries(await this.scripts.registries.run(send, keys, []));
    });
    return ungrouped(groups, await Promise.all(answers));
  }

  /** The notes first: a mark that is there without its note could be lost unnoticed. */
  async fence(
    send: Send,
    writer: string,
    epoch: RecordName,
    claims: readonly Claim[],
    lease: number,
  ): Promise<News> {
    const call = async ({ items, epoch: noted }: Noting): Promise<News> => {
      const args = [nonce(), nameInMarks(writer), duration(lease), ...described(items, noted, claims)];
      return newlyKnown(items, await this.scripts.fence.run(send, keysOf(items, noted), args));
    };
    const [first, ...others] = this.withEpoch(claims, epoch);
    const noted = await call(first);
    return ungrouped([first, ...others], [noted, ...(await Promise.all(others.map(call)))]);
  }

  async replace(send: Send, writer: string, epoch: RecordName, claims: readonly Claim[]): Promise<News> {
    const groups = this.withEpoch(claims, epoch);
    const answers = groups.map(async ({ items, epoch: noted }) => {
      const args = [nonce(), nameInMarks(writer), ...described(items, noted, claims)];
      return newlyKnown(items, await this.scripts.replace.run(send, keysOf(items, noted), args));
    });
    return ungrouped(groups, await Promise.all(answers));
  }

  /** A new incarnation of an epoch, of which the key is known. */
  async renew(send: Send, epoch: Argument): Promise<void> {
    await this.scripts.replace.run(send, [epoch], [nonce(), nameInMarks(""), "0", ALL, "[]"]);
  }

  /** The epoch's group first, also if there is no claim in it. */
  private withEpoch(claims: readonly Claim[], epoch: RecordName): readonly [Noting, ...Noting[]] {
    const tag = this.tagOf(epoch);
    const groups = grouped(claims, this.tagOf);
    const own = groups.find((group) => group.tag === tag) ?? { tag, items: [], places: [] };
    return [{ ...own, epoch }, ...groups.filter((group) => group.tag !== tag)];
  }
}

/** A group of claims, and the epoch, which takes the notes of all of them, if it lives in that slot. */
interface Noting extends Group<Claim> {
  readonly epoch?: RecordName;
}

function keysOf(claims: readonly Claim[], epoch: RecordName | undefined): Keys {
  return [...(epoch ? [recordKey(epoch)] : []), ...keysOfClaims(claims)] as unknown as Keys;
}

function described(
  claims: readonly Claim[],
  epoch: RecordName | undefined,
  all: readonly Claim[],
): readonly string[] {
  if (!epoch) return ["0", describeClaims(claims), "[]"];
  const keys = new Set(all.map(({ record }) => recordKey(record)));
  keys.delete(recordKey(epoch));
  return ["1", describeClaims(claims), JSON.stringify([...keys])];
}

/** The scripts answer who knows the stamp with no more than that. */
function newlyKnown(claims: readonly Claim[], reply: unknown): News {
  return readRegistries(reply).map((registry, at) =>
    registry.stamp === claims[at]?.changes?.stamp ? undefined : registry,
  );
}
