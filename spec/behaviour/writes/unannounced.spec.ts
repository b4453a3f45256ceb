import { once } from "node:events";
import { expect } from "chai";
import type { QueryRunner } from "typeorm";
import { BLOG, Comment, Tag } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import { expectInvalidation } from "../../support/doors";
import { Lab, onEveryCombination } from "../../support/lab";

/** What TypeORM's manager of sql.js has more than others. */
interface DatabaseFiles {
  exportDatabase(): Uint8Array;
  loadDatabase(data: Uint8Array): Promise<void>;
}

/** Reads a stream to its end. */
async function drained(stream: NodeJS.ReadableStream): Promise<unknown[]> {
  const rows: unknown[] = [];
  stream.on("data", (row) => rows.push(row));
  await once(stream, "end");
  return rows;
}

onEveryCombination("writes without events (trap 12)", ({ database, store }) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: BLOG })));
  beforeEach(async () => {
    await lab.wipe();
    await seedBlog(lab);
  });
  after(() => lab.close());

  const nextInvalidation = (): Promise<unknown> =>
    new Promise((resolve) => void lab.cache.once("invalidate", resolve));
  const comments = (): Promise<number> => lab.repository(Comment).count();

  if (database === "sqljs") {
    it("loadDatabase(), which puts another database in the place of this one", async () => {
      const manager = lab.dataSource.manager as unknown as DatabaseFiles;
      const saved = manager.exportDatabase();
      await lab.repository(Tag).update(1, { name: "changed later" });
      await expectInvalidation(lab, { write: () => manager.loadDatabase(saved), changes: "*" });
      expect(await lab.repository(Tag).countBy({ name: "first" })).to.equal(1);
    });
    return;
  }

  it("stream() of a DELETE … RETURNING", async () => {
    const queryRunner = lab.dataSource.createQueryRunner();
    const write = async (): Promise<void> => {
      const invalidated = nextInvalidation();
      const rows = await drained(await queryRunner.stream("DELETE FROM comment WHERE id = 1 RETURNING id"));
      expect(rows).to.deep.equal([{ id: 1 }]);
      await invalidated;
    };
    await expectInvalidation(lab, { write, changes: ["comment"] }).finally(() => queryRunner.release());
  });

  it("stream() is fenced from before it is sent until it has ended", async () => {
    const queryRunner = lab.dataSource.createQueryRunner();
    expect(await comments()).to.equal(2);
    const stream = await queryRunner.stream("DELETE FROM comment RETURNING id");
    expect(await lab.outcomes(comments)).to.deep.equal(["bypass: write-in-flight"]);
    const invalidated = nextInvalidation();
    await drained(stream);
    await invalidated;
    expect(await comments()).to.equal(0);
    await queryRunner.release();
  });

  it("stream() inside a transaction invalidates with the commit", async () => {
    expect(await comments()).to.equal(2);
    await lab.dataSource.transaction(async ({ queryRunner }) => {
      const { manager } = queryRunner as QueryRunner;
      await drained(await (queryRunner as QueryRunner).stream("DELETE FROM comment RETURNING id"));
      expect(await lab.outcomes(() => manager.count(Comment))).to.deep.equal(["bypass: dirty-transaction"]);
      expect(await lab.expectStatements(0, comments)).to.equal(2);
    });
    expect(await comments()).to.equal(0);
  });

  it("stream() of a statement that fails", async () => {
    const queryRunner = lab.dataSource.createQueryRunner();
    expect(await comments()).to.equal(2);
    const invalidated = nextInvalidation();
    const stream = await queryRunner.stream("INSERT INTO comment (id) SELECT id FROM comment");
    const failed = await drained(stream).catch((error: Error) => error.message);
    expect(failed).to.be.a("string");
    await invalidated;
    await queryRunner.release();
    expect(await lab.outcomes(comments)).to.deep.equal(["stale"]);
  });

  it("stream() of a builder's SELECT invalidates nothing", async () => {
    const stream = async (): Promise<void> => {
      const rows = await drained(await lab.repository(Comment).createQueryBuilder("c").stream());
      expect(rows).to.have.length(2);
    };
    expect(await lab.invalidated(stream)).to.deep.equal([]);
  });
});
