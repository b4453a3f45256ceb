import { setTimeout as wait } from "node:timers/promises";
import type { EntityManager, QueryRunner } from "typeorm";
import { CacheopsStoreError } from "../../src";
import type { Random } from "../unit/sql/random";
import { type Row } from "./family";
import type { Lane, Reading } from "./reading";
import { drawRead } from "./reads";
import { type WriteContext, writeOnce } from "./writes";

/** Makes a transaction end in a rollback. */
class ChangeOfMind extends Error {}

const IDS_PER_WORKER = 1_000_000;

export class Writing {
  readonly #lane: Lane;
  readonly #reading: Reading;
  readonly #busy = new Set<Promise<void>>();
  #resting: Promise<void> | undefined;
  #wake = (): void => undefined;
  #last: number;

  /** `number` tells apart the writes of workers. */
  constructor(lane: Lane, reading: Reading, number: number) {
    this.#lane = lane;
    this.#reading = reading;
    this.#last = number * IDS_PER_WORKER;
  }

  async loop(random: Random): Promise<void> {
    const { stopping, mix } = this.#lane;
    while (!stopping()) {
      await this.#resting;
      const work = this.#once(random);
      this.#busy.add(work);
      await work;
      this.#busy.delete(work);
      await wait(random.below(mix.rest));
    }
  }

  /** Resolves when nothing is being written, and nothing will be until `goOn`. */
  async rest(): Promise<void> {
    this.#resting ??= new Promise((resolve) => (this.#wake = resolve));
    await Promise.all(this.#busy);
  }

  goOn(): void {
    this.#resting = undefined;
    this.#wake();
  }

  async #once(random: Random): Promise<void> {
    const { mix, count } = this.#lane;
    const flow = random.pick([this.#managed, this.#byRunner, this.#typed]);
    try {
      await (random.chance(mix.autocommit) ? this.#autocommit(random) : flow.call(this, random));
      count("writes");
    } catch (error) {
      count(reasonOf(error));
    }
  }

  async #autocommit(random: Random): Promise<void> {
    await writeOnce(this.#lane.dataSource.manager, this.#context(random), this.#lane.mix.writes);
  }

  async #managed(random: Random): Promise<void> {
    await this.#lane.dataSource.transaction("READ COMMITTED", (manager) => this.#statements(manager, random));
  }

  async #byRunner(random: Random): Promise<void> {
    await this.#onRunner(async (queryRunner) => {
      await queryRunner.startTransaction("READ COMMITTED");
      try {
        await this.#statements(queryRunner.manager, random);
        await queryRunner.commitTransaction();
      } catch (error) {
        if (queryRunner.isTransactionActive) await queryRunner.rollbackTransaction();
        throw error;
      }
    });
  }

  /** Boundaries typed by the user. */
  async #typed(random: Random): Promise<void> {
    await this.#onRunner(async (queryRunner) => {
      const isMariadb = this.#lane.dataSource.options.type === "mariadb";
      if (isMariadb) await queryRunner.query("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
      await queryRunner.query("START TRANSACTION");
      try {
        for (let left = 1 + random.below(3); left > 0; left--) await queryRunner.query(this.#update(random));
        if (random.chance(this.#lane.mix.rollback)) throw new ChangeOfMind();
        await queryRunner.query("COMMIT");
      } catch (error) {
        await queryRunner.query("ROLLBACK");
        throw error;
      }
    });
  }

  #update(random: Random): string {
    const { family, dataSource } = this.#lane;
    const [table, value, id] = [random.pick(family.tables).name, "value", "id"].map((name) =>
      dataSource.driver.escape(name),
    );
    return `UPDATE ${table} SET ${value} = ${++this.#last} WHERE ${id} = ${1 + random.below(family.ids)}`;
  }

  async #onRunner(work: (queryRunner: QueryRunner) => Promise<void>): Promise<void> {
    const queryRunner = this.#lane.dataSource.createQueryRunner();
    try {
      await work(queryRunner);
    } finally {
      await queryRunner.release();
    }
  }

  /** What stands in a transaction: reads while it is clean, writes, its own writes read back, savepoints. */
  async #statements(manager: EntityManager, random: Random): Promise<void> {
    const { mix } = this.#lane;
    if (random.chance(0.3)) await this.#reading.some(manager, random, 2);
    for (let left = 1 + random.below(4); left > 0; left--) {
      if (random.chance(mix.savepoint)) await this.#savepoint(manager, random);
      else await writeOnce(manager, this.#context(random), mix.writes);
      if (random.chance(0.3)) await this.#readBack(manager, random);
    }
    if (random.chance(mix.rollback)) throw new ChangeOfMind();
  }

  async #savepoint(manager: EntityManager, random: Random): Promise<void> {
    try {
      await manager.transaction(async (nested) => {
        await writeOnce(nested, this.#context(random), this.#lane.mix.writes);
        if (random.chance(0.5)) throw new ChangeOfMind();
      });
      this.#lane.count("savepoints released");
    } catch (error) {
      if (!(error instanceof ChangeOfMind)) throw error;
      this.#lane.count("rollbacks to savepoints");
    }
  }

  /** The row is locked by the UPDATE, so nobody else can have changed it since. */
  async #readBack(manager: EntityManager, random: Random): Promise<void> {
    const { family, write, count } = this.#lane;
    const table = random.pick(family.tables);
    const id = 1 + random.below(family.ids);
    const wrote = ++this.#last;
    const { affected } = await manager.update<Row>(table.name, { id }, { value: wrote });
    const read = { ...drawRead(random, family, ["deletedToo"]), table: table.name };
    const { answer } = await this.#reading.answer(manager, read);
    const row = (answer as readonly (readonly unknown[])[]).find((each) => each[0] === id);
    count("own writes read back");
    if (affected && row?.[1] !== wrote) write({ kind: "own write missed", read, answer, wrote });
  }

  #context(random: Random): WriteContext {
    const { family, dataSource } = this.#lane;
    return { random, family, next: () => ++this.#last, escape: (name) => dataSource.driver.escape(name) };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof ChangeOfMind) return "rollbacks";
  return error instanceof CacheopsStoreError ? "refused writes" : "failed writes";
}
