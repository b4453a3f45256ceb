import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { DataSource, EntityManager } from "typeorm";
import { cachedAs, invalidateModel } from "../../../src";
import { Lab, onEveryCombination } from "../../support/lab";
import { Note, TENANCIES, type TenantDatabase, tenantDatabase } from "./databases";
import { Tenants } from "./recipe";

describe("the recipe for tenants", () => {
  it("is README.md's", () => {
    const text = (path: string): string => readFileSync(join(process.cwd(), path), "utf8");
    const recipe = text("spec/behaviour/tenants/recipe.ts").replace("../../../src", "typeorm-cacheops");
    expect(text("README.md")).to.include(`\`\`\`ts\n${recipe}\`\`\``);
  });
});

for (const [setting, setUp] of Object.entries(TENANCIES)) {
  onEveryCombination(`tenants told apart by ${setting} (trap 7)`, ({ database, store }) => {
    if (database !== "postgres") return;
    const tenants = new Tenants(setting);
    let tenantsDatabase: TenantDatabase;
    let lab: Lab;
    let dataSource: DataSource;

    before(async () => {
      tenantsDatabase = await tenantDatabase(setUp);
      const unique = `spec-${process.pid}-${Math.random()}`;
      const prefix = (): string => `${unique}:${tenants.current}`;
      const connection = { url: tenantsDatabase.url, synchronize: false } as object;
      const cache = { ...tenants.caching, prefix };
      lab = await Lab.open({ database, store, entities: [Note], cache, dataSource: connection });
      ({ dataSource } = lab);
    });
    beforeEach(async () => {
      for (const tenant of ["a", "b"]) {
        await tenants.run(dataSource, tenant, (manager) => manager.update(Note, 1, { text: tenant }));
        await tenants.inScope(tenant, () => invalidateModel(Note, { dataSource }));
      }
      lab.forget();
    });
    after(async () => {
      await lab.close();
      await tenantsDatabase.drop();
    });

    const notes = async (manager: EntityManager): Promise<string> =>
      (await manager.find(Note, { order: { id: "ASC" } })).map(({ text }) => text).join();
    const readBy = (tenant: string): Promise<string> => tenants.run(dataSource, tenant, notes);
    const rename = (tenant: string, text: string): Promise<unknown> =>
      tenants.run(dataSource, tenant, (manager) => manager.update(Note, 1, { text }));
    const set = (value: string): string => `SET LOCAL ${setting} = '${value}'`;

    it("the same text has each tenant's rows, and hits for each", async () => {
      for (const outcome of ["miss", "hit", "hit"])
        for (const tenant of ["a", "b"]) {
          const read = async () => expect(await readBy(tenant)).to.equal(tenant);
          expect(await lab.outcomes(read)).to.deep.equal([outcome]);
        }
      await lab.expectStatements(3, () => readBy("a")); // BEGIN, the setting, COMMIT
    });

    it("a write of one drops what it has cached itself, and nothing of the other", async () => {
      for (const tenant of ["a", "b"]) await readBy(tenant);
      await rename("a", "new");
      expect(await lab.outcomes(async () => expect(await readBy("b")).to.equal("b"))).to.deep.equal(["hit"]);
      expect(await lab.outcomes(async () => expect(await readBy("a")).to.equal("new"))).to.deep.equal([
        "stale",
      ]);
    });

    it("a transaction that has written sees its own, the others what is committed", async () => {
      await readBy("a");
      await tenants.run(dataSource, "a", async (manager) => {
        await manager.update(Note, 1, { text: "pending" });
        const own = await lab.outcomes(async () => expect(await notes(manager)).to.equal("pending"));
        expect(own).to.deep.equal(["bypass: dirty-transaction"]);
        const others = await lab.outcomes(async () => expect(await readBy("a")).to.equal("a"));
        expect(others).to.deep.equal(["hit"]);
      });
      expect(await readBy("a")).to.equal("pending");
    });

    it("without a tenant reads go to the database, and writes are refused", async () => {
      expect(await lab.outcomes(() => notes(dataSource.manager))).to.deep.equal(["bypass: prefix"]);
      const write = dataSource.transaction(async (manager) => {
        await manager.query(set("a"));
        await manager.update(Note, 1, { text: "nobody's" });
      });
      expect(await write.catch((error: Error) => error.message)).to.equal("no tenant is known here");
      expect(await readBy("a")).to.equal("a");
    });

    it("what a connection without the setting sees is nobody else's", async () => {
      await readBy("a");
      const outside = () => tenants.inScope("a", () => notes(dataSource.manager));
      const nobodys = setting === "search_path" ? "nobody" : "";
      for (const outcome of ["miss", "hit"]) {
        expect(await lab.outcomes(async () => expect(await outside()).to.equal(nobodys))).to.deep.equal([
          outcome,
        ]);
        expect(await readBy("a")).to.equal("a");
      }
    });

    it("a setting that is not the scope's tenant shows its own rows all the same", async () => {
      await readBy("a");
      await tenants.run(dataSource, "a", async (manager) => {
        await manager.query(set("b"));
        expect(await notes(manager)).to.equal("b");
      });
      expect(await readBy("a")).to.equal("a");
    });

    it("a setting lasts as long as the savepoint that it was made in", async () => {
      for (const tenant of ["a", "b"]) await readBy(tenant);
      await tenants.run(dataSource, "a", async (manager) => {
        const undone = manager.transaction(async (inner) => {
          await inner.query(set("b"));
          expect(await notes(inner)).to.equal("b");
          throw new Error("undo");
        });
        expect(await undone.catch((error: Error) => error.message)).to.equal("undo");
        expect(await lab.outcomes(async () => expect(await notes(manager)).to.equal("a"))).to.deep.equal([
          "hit",
        ]);
        await manager.transaction((inner) => inner.query(set("b")));
        expect(await notes(manager)).to.equal("b");
      });
    });

    it("what is sent along with the setting may be from before it, and is not kept", async () => {
      await tenants.run(dataSource, "a", async (manager) => {
        const outcomes = await lab.outcomes(() => Promise.all([manager.query(set("b")), notes(manager)]));
        expect(outcomes).to.deep.equal(["bypass: session"]);
        expect(await notes(manager)).to.equal("b");
      });
      expect(await readBy("a")).to.equal("a");
    });

    const others: Readonly<Record<string, string>> = {
      "another setting": "SET LOCAL app.other = 'x'",
      "a default": `SET LOCAL ${setting} TO DEFAULT`,
      "two statements": `${set("a")}; SELECT 1`,
    };
    for (const [what, sql] of Object.entries(others)) {
      it(`${what} is not understood: the rest of the transaction reads the database`, async () => {
        await readBy("a");
        await tenants.run(dataSource, "a", async (manager) => {
          await manager.query(sql);
          expect(await lab.outcomes(() => notes(manager))).to.deep.equal(["bypass: session"]);
        });
        expect(await lab.outcomes(() => readBy("a"))).to.deep.equal(["hit"]);
      });
    }

    it("results of functions that read under it are not kept", async () => {
      let current = dataSource.manager;
      const first = cachedAs("auto", { dataSource })(() => notes(current));
      await tenants.run(dataSource, "a", async (manager) => {
        current = manager;
        expect(await first()).to.equal("a");
        await manager.query(set("b"));
        expect(await first()).to.equal("b");
      });
      expect(lab.reads.filter(({ op }) => op === "function").map(({ reason }) => reason)).to.deep.equal([
        "session",
        "session",
      ]);
    });
  });
}
