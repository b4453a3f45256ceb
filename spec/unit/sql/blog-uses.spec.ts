import { expect } from "chai";
import type { DataSource } from "typeorm";
import { createAnalyser } from "../../../src/sql/analyser";
import { prepareParser } from "../../../src/sql/parser";
import { BLOGS, recordingBlog } from "./blog";
import { FINDS } from "./blog-reads";
import { usesSummaryOf } from "./uses-summary";

describe("what TypeORM's reads look at", () => {
  before(prepareParser);

  for (const [dialect, options] of Object.entries(BLOGS) as [keyof typeof BLOGS, (typeof BLOGS)["mysql"]][]) {
    describe(dialect, () => {
      const analyse = createAnalyser(dialect, { stableFunctions: [], volatileFunctions: [] });
      let blog: DataSource;
      let texts: string[];

      before(async () => {
        ({ blog, texts } = await recordingBlog(options));
      });

      beforeEach(() => {
        texts.length = 0;
      });

      for (const [title, { read, uses }] of Object.entries(FINDS)) {
        it(title, async () => {
          await read(blog);
          // Without bindings constants are all alike, as SQLite's numbers are literals; names have a case on PostgreSQL alone.
          const found = texts.map((sql) => usesSummaryOf({ ...analyse(sql), bindings: undefined }));
          const folded = dialect !== "postgres" ? uses.map((line) => line.toLowerCase()) : uses;
          expect(found, texts.join("\n")).to.deep.equal(folded);
        });
      }
    });
  }
});
