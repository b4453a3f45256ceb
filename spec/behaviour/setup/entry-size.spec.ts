import { expect } from "chai";
import type { CacheopsOptions, ReadEvent } from "../../../src";
import { BLOG, Post } from "../../support/blog/entities";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectSameValues } from "../../support/same-values";

onEveryCombination("the size of results", (combination) => {
  let lab: Lab;
  afterEach(() => lab.close());

  /** 200 posts, which take some 10 kB. */
  async function open(cache: CacheopsOptions): Promise<void> {
    lab = await Lab.open({ ...combination, entities: BLOG, cache });
    const posts = Array.from({ length: 200 }, (_, at) => ({ title: `the same text ${at % 5}`, views: at }));
    await lab.repository(Post).insert(posts);
  }

  const read = () => lab.repository(Post).find({ cache: true, order: { id: "ASC" } });

  async function twice(): Promise<readonly [ReadEvent, ReadEvent]> {
    lab.forget();
    const [first, second] = [await read(), await read()];
    expectSameValues(second, first);
    return lab.reads as unknown as [ReadEvent, ReadEvent];
  }

  it("is told by events, and bounded by maxEntrySize", async () => {
    await open({ maxEntrySize: 1000 });
    const [first, second] = await twice();
    expect(first).to.include({ outcome: "miss", stored: false });
    expect(first.bytes).to.be.above(1000);
    expect(second).to.include({ outcome: "miss", stored: false });
  });

  it("is less with compressAbove, and then what maxEntrySize counts", async () => {
    await open({ maxEntrySize: 4000, compressAbove: 1000 });
    const [first, second] = await twice();
    expect(first).to.include({ outcome: "miss", stored: true });
    expect(second).to.include({ outcome: "hit", bytes: first.bytes });
    expect(first.bytes).to.be.below(4000);
  });
});
