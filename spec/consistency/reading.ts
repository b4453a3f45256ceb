import { AsyncLocalStorage } from "node:async_hooks";
import type { DataSource, EntityManager, QueryRunner } from "typeorm";
import { cacheopsOf } from "../../src";
import { Random } from "../unit/sql/random";
import type { Family } from "./family";
import type { Answered, HistoryLine, Mix } from "./messages";
import { drawRead, runRead } from "./reads";
import type { Read } from "./reads/read";
import type { Recorder } from "./recorder";

/** What the lanes of a worker share. */
export interface Lane {
  readonly dataSource: DataSource;
  readonly recorder: Recorder;
  readonly family: Family;
  readonly mix: Mix;
  /** Runners of transactions that write nothing, which need no record. */
  readonly readOnly: WeakSet<QueryRunner>;
  stopping(): boolean;
  count(name: string): void;
  write(line: HistoryLine): void;
}

export class Reading {
  readonly #lane: Lane;
  readonly #outcomes = new AsyncLocalStorage<string[]>();
  readonly #pool: readonly Read[];

  /** Those of one seed ask the same. */
  constructor(lane: Lane, seed: number) {
    this.#lane = lane;
    const { family, mix } = lane;
    const random = new Random(seed);
    this.#pool = Array.from({ length: mix.pool }, () => drawRead(random, family, mix.reads));
    cacheopsOf(lane.dataSource).on("read", ({ outcome, reason }) => {
      lane.count(outcome);
      this.#outcomes.getStore()?.push(reason ? `${outcome}: ${reason}` : outcome);
    });
  }

  async loop(random: Random): Promise<void> {
    const { stopping, mix, dataSource, count } = this.#lane;
    while (!stopping()) {
      const work = random.chance(mix.readTransaction)
        ? this.#transaction(random)
        : this.some(dataSource.manager, random, 4);
      // A connection that was cut.
      await work.catch(() => count("failed reads"));
    }
  }

  /** Reads a few times, each answer on its own. */
  async some(manager: EntityManager, random: Random, most: number): Promise<void> {
    const { count, write } = this.#lane;
    const draw = this.#draw(random);
    const many = 1 + random.below(most);
    for (let i = 0; i < many; i++) {
      // The same again, mostly: hits are what is checked.
      const read = random.chance(0.6) ? draw : this.#draw(random);
      const answered = await this.answer(manager, read);
      count("reads");
      write({ kind: "reads", reads: [answered] });
    }
  }

  #draw(random: Random): Read {
    const { family, mix } = this.#lane;
    return random.chance(0.95) ? random.pick(this.#pool) : drawRead(random, family, mix.reads);
  }

  async answer(manager: EntityManager, read: Read): Promise<Answered> {
    const { recorder, family } = this.#lane;
    const outcomes: string[] = [];
    const low = await recorder.position();
    const answer = await this.#outcomes.run(outcomes, () => runRead(manager, read, family));
    const high = await recorder.position();
    return { read, answer, low, high, outcomes };
  }

  async #transaction(random: Random): Promise<void> {
    const isolation = random.pick(["READ COMMITTED", "READ COMMITTED", "REPEATABLE READ"] as const);
    await this.#lane.dataSource.transaction(isolation, async (manager) => {
      if (manager.queryRunner) this.#lane.readOnly.add(manager.queryRunner);
      if (isolation === "READ COMMITTED") await this.some(manager, random, 4);
      else await this.#snapshot(manager, random);
    });
    this.#lane.count("read transactions");
  }

  /** The transaction's first statement takes the snapshot, so all its answers lie between the first's bounds. */
  async #snapshot(manager: EntityManager, random: Random): Promise<void> {
    const { count, write } = this.#lane;
    const reads: Answered[] = [];
    for (let i = 0; i < 3; i++) reads.push(await this.answer(manager, this.#draw(random)));
    const { low, high } = reads[0] as Answered;
    for (let i = 0; i < 3; i++) count("reads");
    write({ kind: "reads", reads: reads.map((each) => ({ ...each, low, high })) });
  }
}
