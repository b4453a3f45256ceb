import { expect } from "chai";
import {
  ChildEntity,
  Column,
  Entity,
  type EntityTarget,
  PrimaryGeneratedColumn,
  TableInheritance,
} from "typeorm";
import { Cached, withoutCache } from "../../../src";
import { Lab, onEveryCombination } from "../../support/lab";
import { exactly } from "../rows/told-apart";
import { sql } from "./raw/sql";

@Entity()
@TableInheritance({ column: { type: "varchar", name: "kind" } })
@Cached("all", "10m")
class Person {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;
}

@ChildEntity()
@Cached("all", "10m")
class Student extends Person {
  @Column({ nullable: true })
  faculty!: string;
}

/** Not cached itself: what it writes still counts for the others. */
@ChildEntity()
@Cached([])
class Teacher extends Person {
  @Column({ nullable: true })
  subject!: string;
}

interface FamilyWrite {
  readonly name: string;
  write(lab: Lab): Promise<unknown>;
  /** Whose rows differ: those of the base are everybody's. */
  readonly refreshes: readonly EntityTarget<Person>[];
}

const EVERYBODY = [Person, Student];

const WRITES: readonly FamilyWrite[] = [
  {
    name: "save() of the base",
    write: (lab) => lab.repository(Person).save({ id: 1, name: "changed" }),
    refreshes: [Person],
  },
  {
    name: "save() by the base of a row that is a child's",
    write: (lab) => lab.repository(Person).save({ id: 2, name: "changed" }),
    refreshes: EVERYBODY,
  },
  {
    name: "update() of the base, whoever it is",
    write: (lab) => lab.repository(Person).updateAll({ name: "same" }),
    refreshes: EVERYBODY,
  },
  {
    name: "save() of a child",
    write: (lab) => lab.repository(Student).save({ name: "new" }),
    refreshes: EVERYBODY,
  },
  {
    name: "save() of a child that is not cached",
    write: (lab) => lab.repository(Teacher).save({ name: "new" }),
    refreshes: [Person],
  },
  {
    name: "update() of a child",
    write: (lab) => lab.repository(Student).updateAll({ name: "same" }),
    refreshes: EVERYBODY,
  },
  {
    name: "delete() of a child",
    write: (lab) => lab.repository(Teacher).delete({ name: "Ada" }),
    refreshes: [Person],
  },
  {
    name: "delete builder of the base",
    write: (lab) => lab.repository(Person).createQueryBuilder().delete().where("id = 2").execute(),
    refreshes: EVERYBODY,
  },
  {
    name: "a row that becomes a child",
    write: sql(`UPDATE "person" SET "kind" = 'Student' WHERE "id" = 1`),
    refreshes: EVERYBODY,
  },
  {
    name: "a row that is a child no longer",
    write: sql(`UPDATE "person" SET "kind" = 'Teacher' WHERE "name" = 'Bob'`),
    refreshes: EVERYBODY,
  },
];

onEveryCombination("single table inheritance (cacheops ProxyTests)", ({ database, store }) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: [Person, Student, Teacher] })));
  beforeEach(async () => {
    await lab.wipe();
    await lab.repository(Person).save({ name: "Eve" });
    await lab.repository(Student).save({ name: "Bob", faculty: "law" });
    await lab.repository(Teacher).save({ name: "Ada", subject: "maths" });
  });
  after(() => lab.close());

  const all = (entity: EntityTarget<Person>): Promise<Person[]> =>
    lab.dataSource.getRepository(entity).find({ order: { id: "ASC" } });

  for (const { name, write, refreshes } of WRITES) {
    const refreshed = refreshes.length > 1 ? "base and child" : "the base alone";
    it(`${name} refreshes ${refreshed}`, async () => {
      for (const entity of EVERYBODY) await all(entity);
      expect(await lab.outcomes(() => all(Student))).to.deep.equal(["hit"]);
      await exactly(lab, write);
      for (const entity of EVERYBODY) {
        const expected = refreshes.includes(entity) ? "stale" : "hit";
        expect(await lab.outcomes(() => all(entity)), entity.name).to.deep.equal([expected]);
        expect(await all(entity)).to.deep.equal(await withoutCache(() => all(entity)));
      }
      expect(await lab.outcomes(() => all(Teacher))).to.deep.equal(["bypass: profile"]);
    });
  }

  it("keeps the class of every row, whoever filled the entry", async () => {
    const classes = async (entity: EntityTarget<Person>): Promise<string[]> =>
      (await all(entity)).map((each) => each.constructor.name);
    for (let round = 0; round < 2; round++) {
      expect(await classes(Student)).to.deep.equal(["Student"]);
      expect(await classes(Person)).to.deep.equal(["Person", "Student", "Teacher"]);
    }
    expect(lab.reads.slice(2).map(({ outcome }) => outcome)).to.deep.equal(["hit", "hit"]);
  });
});
