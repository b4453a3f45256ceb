import { expect } from "chai";
import { createClient } from "redis";
import { createMemoryStore } from "../../src";
import { createRedisStore } from "../../src/stores/redis";
import { entryKey, partKey, recordKey } from "../../src/stores/redis/keyspace";
import { services } from "../support/services";
import {
  dying,
  founder,
  glance,
  learner,
  locking,
  type Mutation,
  reader,
  type Rows,
  writer,
} from "./row-actors";
import {
  BY_LIST,
  byList,
  entryOf,
  IN_LIST,
  joined,
  JOINED,
  LISTS,
  moveFrom,
  moveTo,
  part,
  POSTS,
  type Query,
  rename,
  retitle,
  SHOWN,
  shownOf,
  START,
} from "./rows";
import { EPOCH, explore, type Explored, type Lost, lossOf, type Stage } from "./world";

interface Cast {
  readonly actors: readonly Rows[];
  /** Read once before, and once after. */
  readonly queries: readonly Query[];
}

const of = (...queries: Query[]) => ({ actors: (...actors: Rows[]): Cast => ({ actors, queries }) });
const [FIRST, SECOND, THIRD] = [byList("1"), byList("2"), byList("3")];
const [SHOWN_OF_FIRST, SHOWN_OF_SECOND] = [shownOf("1"), shownOf("2")];

const CASTS = {
  "a row that moves, and readers of both lists": of(FIRST, SECOND).actors(
    reader(FIRST),
    reader(SECOND),
    writer(moveFrom("1", "2")),
  ),
  "a row that moves from where the writer does not know": of(FIRST, SECOND).actors(
    reader(FIRST),
    reader(SECOND),
    writer(moveTo("2")),
  ),
  "a row that two move on by turns, each if it finds it (trap 15)": of(SECOND, THIRD).actors(
    reader(SECOND),
    writer(moveFrom("1", "2")),
    writer(moveFrom("2", "3")),
  ),
  "a row that two move on by turns, under lock, seen in the first list (trap 15)": of(FIRST).actors(
    reader(FIRST),
    locking("2"),
    locking("3"),
  ),
  "a row that two move on by turns, under lock, seen in the second (trap 15)": of(SECOND).actors(
    reader(SECOND),
    locking("2"),
    locking("3"),
  ),
  "a row that two move on by turns, under lock, seen in the third (trap 15)": of(THIRD).actors(
    reader(THIRD),
    locking("2"),
    locking("3"),
  ),
  "a writer that changes nothing": of(FIRST).actors(reader(FIRST), reader(FIRST), writer(moveFrom("2", "3"))),
  "a writer that changes nothing, and one that does": of(FIRST).actors(
    reader(FIRST),
    writer(moveFrom("2", "1")),
    writer(moveFrom("1", "3")),
  ),
  "what is shown changes, of a row that the result tells": of(SHOWN_OF_FIRST).actors(
    reader(SHOWN_OF_FIRST),
    reader(SHOWN_OF_FIRST),
    writer(retitle("new")),
  ),
  "what is shown changes of a row that moves": of(SHOWN_OF_FIRST, SHOWN_OF_SECOND).actors(
    reader(SHOWN_OF_SECOND),
    writer(moveFrom("1", "2")),
    writer(retitle("new")),
  ),
  "a joined row is renamed": of(joined).actors(reader(joined), reader(joined), writer(rename("1", "new"))),
  "a row moves to another joined row": of(joined).actors(
    reader(joined),
    reader(joined),
    writer(moveFrom("1", "2")),
  ),
  "a row moves to a joined row that is renamed": of(joined).actors(
    reader(joined),
    writer(moveFrom("1", "2")),
    writer(rename("2", "new")),
  ),
} satisfies Record<string, Cast>;

/** In memory alone: over Redis every step is a round trip. */
const CROWDS: Record<string, Cast> = {
  "a row that two move on by turns, each if it finds it, and a third list (trap 15)": of(
    SECOND,
    THIRD,
  ).actors(reader(SECOND), glance(THIRD), writer(moveFrom("1", "2")), writer(moveFrom("2", "3"))),
  "a row that two move on by turns, under lock, and a third list (trap 15)": of(SECOND, THIRD).actors(
    reader(SECOND),
    glance(THIRD),
    locking("2"),
    locking("3"),
  ),
  "a writer that changes nothing, before the eyes of three": of(FIRST).actors(
    reader(FIRST),
    reader(FIRST),
    glance(FIRST),
    writer(moveFrom("2", "3")),
  ),
  "what is shown changes of a row that moves, and both lists": of(SHOWN_OF_FIRST, SHOWN_OF_SECOND).actors(
    reader(SHOWN_OF_SECOND),
    glance(SHOWN_OF_FIRST),
    writer(moveFrom("1", "2")),
    writer(retitle("new")),
  ),
  "a row moves to a joined row that is renamed, and two look": of(joined).actors(
    reader(joined),
    glance(joined),
    writer(moveFrom("1", "2")),
    writer(rename("2", "new")),
  ),
};

/** In memory alone: its clock can be moved. */
const DYING: Record<string, Cast> = {
  "a row that moves": of(FIRST, SECOND).actors(reader(FIRST), reader(SECOND), dying(moveFrom("1", "2"))),
  "what is shown of a row": of(SHOWN_OF_FIRST).actors(
    reader(SHOWN_OF_FIRST),
    reader(SHOWN_OF_FIRST),
    dying(retitle("new")),
  ),
  "a joined row, along with one that lives": of(joined).actors(
    reader(joined),
    dying(moveFrom("1", "2")),
    writer(rename("2", "new")),
  ),
};

const lost = (...keys: Lost[]): Rows => lossOf(...keys);

/** A key that vanishes at each step of the others. */
const LOSSES: Record<string, Cast> = {
  "the part of the list that a row leaves": of(FIRST).actors(
    reader(FIRST),
    glance(FIRST),
    writer(moveFrom("1", "2")),
    lost({ record: POSTS, part: part(BY_LIST, "1") }),
  ),
  "the part of the list that it comes to": of(SECOND).actors(
    reader(SECOND),
    glance(SECOND),
    writer(moveFrom("1", "2")),
    lost({ record: POSTS, part: part(BY_LIST, "2") }),
  ),
  "a part that the result tells": of(SHOWN_OF_FIRST).actors(
    reader(SHOWN_OF_FIRST),
    glance(SHOWN_OF_FIRST),
    writer(retitle("new")),
    lost({ record: POSTS, part: part(SHOWN, "1") }),
  ),
  "both parts of an entry": of(SHOWN_OF_FIRST).actors(
    reader(SHOWN_OF_FIRST),
    glance(SHOWN_OF_FIRST),
    writer(moveFrom("1", "2")),
    lost({ record: POSTS, part: part(IN_LIST, "1") }, { record: POSTS, part: part(SHOWN, "1") }),
  ),
  "the part of a joined row": of(joined).actors(
    reader(joined),
    glance(joined),
    writer(rename("1", "new")),
    lost({ record: LISTS, part: part(JOINED, "1") }),
  ),
  "the record, with the part still there": of(FIRST).actors(
    reader(FIRST),
    glance(FIRST),
    writer(moveFrom("1", "2")),
    lost({ record: POSTS }),
  ),
  "the record of a joined row": of(joined).actors(
    reader(joined),
    glance(joined),
    writer(rename("1", "new")),
    lost({ record: LISTS }),
  ),
};

/** Over Redis alone: the in-process store loses nothing by which marks are found. */
const LOST_EPOCHS: Record<string, Cast> = {
  "the epoch, with a mark on a part": of(FIRST).actors(
    reader(FIRST),
    glance(FIRST),
    writer(moveFrom("1", "2")),
    lost({ record: EPOCH }),
  ),
  "the epoch, the record and the part": of(SHOWN_OF_FIRST).actors(
    reader(SHOWN_OF_FIRST),
    glance(SHOWN_OF_FIRST),
    writer(retitle("new")),
    lost({ record: EPOCH }, { record: POSTS }, { record: POSTS, part: part(SHOWN, "1") }),
  ),
};

const MUTANTS: Record<string, { readonly mutation: Mutation; readonly cast: keyof typeof CASTS }> = {
  "there is no fence": {
    mutation: { withoutFence: true },
    cast: "a row that moves, and readers of both lists",
  },
  "an entry does not rely on rows that its result tells": {
    mutation: { untold: true },
    cast: "what is shown changes, of a row that the result tells",
  },
  "an entry does not rely on joined rows that its result tells": {
    mutation: { untold: true },
    cast: "a joined row is renamed",
  },
  "old values are those of an earlier look (trap 15)": {
    mutation: { staleImages: true },
    cast: "a row that two move on by turns, under lock, seen in the second (trap 15)",
  },
  "a writer does not look at schemes that were registered meanwhile": {
    mutation: { overlookedSchemes: true },
    cast: "a row that moves, and readers of both lists",
  },
  "a write that has changed something says that it has not": {
    mutation: { falselyUnchanged: true },
    cast: "a row that moves, and readers of both lists",
  },
};

/** What is there before, and what the writers know of it. */
const BEFORE: Record<string, (queries: readonly Query[]) => readonly Rows[]> = {
  "nothing cached, and writers who know of no scheme": () => [founder, learner],
  "nothing cached, and writers who know nothing": () => [],
  "something cached, and writers who know of no scheme": (queries) => [
    founder,
    learner,
    ...queries.map(reader),
  ],
  "something cached, and writers who know of it": (queries) => [...queries.map(reader), learner],
};

function run(
  { actors, queries }: Cast,
  stage: () => Promise<Stage> | Stage,
  before: (queries: readonly Query[]) => readonly Rows[],
  mutation: Mutation = {},
): Promise<Explored> {
  return explore(actors, stage, {
    start: START,
    mutation,
    before: before(queries),
    after: queries.map(reader),
  });
}

function inMemory(): Stage {
  let now = 0;
  const store = createMemoryStore({ maxEntries: 4, maxRecords: 16, clock: () => now });
  return { store, pass: (ms) => void (now += ms) };
}

describe("every interleaving of reads and writes of rows (traps 1, 15, 20)", function () {
  this.timeout(600_000);

  for (const [title, cast] of Object.entries({ ...CASTS, ...CROWDS })) {
    for (const [situation, before] of Object.entries(BEFORE)) {
      it(`answers with a value of its time: ${title}; ${situation}`, async () => {
        const { orders, wrong } = await run(cast, inMemory, before);
        expect(wrong).to.equal(undefined);
        expect(orders).to.be.above(500);
      });
    }
  }

  for (const [title, cast] of Object.entries(DYING)) {
    for (const [situation, before] of Object.entries(BEFORE)) {
      it(`answers with a value of its time where a writer dies: ${title}; ${situation}`, async () => {
        const { orders, wrong } = await run(cast, inMemory, before);
        expect(wrong).to.equal(undefined);
        expect(orders).to.be.above(500);
      });
    }
  }

  for (const [title, { mutation, cast }] of Object.entries(MUTANTS)) {
    it(`would notice if ${title}`, async () => {
      let found: string | undefined;
      for (const before of Object.values(BEFORE))
        found ??= (await run(CASTS[cast], inMemory, before, mutation)).wrong;
      expect(found).to.be.a("string");
    });
  }
});

describe("every interleaving of reads and writes of rows over Redis (traps 1, 15, 20, 23)", function () {
  this.timeout(600_000);
  const client = createClient({ url: services().redisUrl });
  const store = createRedisStore({ redis: services().redisUrl, operationTimeout: 10_000 });
  const keyOf = ({ record, part: lostPart }: Lost): string =>
    lostPart ? partKey(record, lostPart) : recordKey(record);
  const keys = [
    ...[EPOCH, POSTS, LISTS].map(recordKey),
    ...[FIRST, SECOND, THIRD, SHOWN_OF_FIRST, SHOWN_OF_SECOND, joined].map((query) =>
      entryKey(entryOf(query)),
    ),
    ...["1", "2", "3"].flatMap((value) => [
      ...[BY_LIST, IN_LIST].map((scheme) => partKey(POSTS, part(scheme, value))),
      partKey(LISTS, part(JOINED, value)),
    ]),
    partKey(POSTS, part(SHOWN, "1")),
  ];

  before(() => Promise.all([client.connect(), store.connect()]));
  after(async () => {
    await client.del(keys);
    await Promise.all([client.close(), store.disconnect()]);
  });

  async function inRedis(): Promise<Stage> {
    await client.del(keys);
    await store.open(EPOCH);
    return { store, lose: (gone) => client.del(gone.map(keyOf)) };
  }

  const knowing = BEFORE["something cached, and writers who know of it"]!;
  const unknowing = BEFORE["nothing cached, and writers who know of no scheme"]!;

  for (const [title, cast] of Object.entries({ ...CASTS, ...LOSSES, ...LOST_EPOCHS })) {
    it(`answers with a value of its time: ${title}`, async () => {
      const { orders, wrong } = await run(cast, inRedis, title in CASTS ? unknowing : knowing);
      expect(wrong).to.equal(undefined);
      expect(orders).to.be.above(500);
    });
  }

  it("would notice if there is no fence", async () => {
    const cast = CASTS["a row that moves, and readers of both lists"];
    const { wrong } = await run(cast, inRedis, knowing, { withoutFence: true });
    expect(wrong).to.be.a("string");
  });
});
