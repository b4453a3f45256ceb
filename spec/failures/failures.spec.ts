import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type FreshDatabase, freshDatabase } from "../support/databases";
import { FAULTS } from "./faults";
import { type Course, courseOf, POLICIES, type Policy, tableOf } from "./matrix";
import { waitsIn } from "./waits";

const FILE = join(process.cwd(), "CAVEATS.md");
const PLACE = /(<!-- failures -->\n)[^]*?(\n<!-- \/failures -->)/;

/** `WRITE_FAILURES=1` writes the table of CAVEATS.md; else it has to be what happened. */
describe("a Redis that fails", function () {
  this.timeout(120_000);
  const courses = new Map<string, Map<Policy, Course>>();
  const waits = new Map<string, readonly number[]>();
  let database: FreshDatabase;
  beforeEach(async () => (database = await freshDatabase("postgres")));
  afterEach(() => database.drop());

  for (const fault of Object.keys(FAULTS)) {
    for (const policy of POLICIES)
      it(`${fault}, under ${policy}: nothing stale, and nothing half done`, async () => {
        const course = await courseOf(fault, policy, database);
        courses.set(fault, (courses.get(fault) ?? new Map<Policy, Course>()).set(policy, course));
        expect(course.stale).to.deep.equal([]);
        expect(course.wrong).to.deep.equal([]);
      });

    it(`${fault}: nobody waits for more than two operations in a row`, async () => {
      const counted = await waitsIn(fault, database);
      waits.set(fault, counted);
      expect(counted).to.have.length(3);
      expect(Math.max(...counted)).to.be.at.most(2);
      expect(counted[0], "a read").to.be.at.most(1);
    });
  }

  it("does what the table in CAVEATS.md says", () => {
    const text = readFileSync(FILE, "utf8");
    const written = text.replace(
      PLACE,
      (_, start: string, end: string) => `${start}\n${tableOf(courses, waits)}\n${end}`,
    );
    if (process.env["WRITE_FAILURES"]) writeFileSync(FILE, written);
    else expect(text.split("\n")).to.deep.equal(written.split("\n"));
  });
});
