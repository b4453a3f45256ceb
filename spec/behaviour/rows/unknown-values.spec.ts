import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";
import { Cached } from "../../../src";
import { Lab, onEveryCombination } from "../../support/lab";
import { itTellsApart, type Precision } from "./told-apart";

/** Stored otherwise than the application has it. */
const inLowerCase = {
  to: (value: unknown): unknown => (typeof value === "string" ? value.toLowerCase() : value),
  from: (value: string): string => value.toUpperCase(),
};

@Entity()
@Cached("all", "10m")
class Ticket {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  title!: string;

  @Column({ type: "int", default: 0 })
  state!: number;

  @Column({ type: "int" })
  points!: number;

  @Column({
    type: "int",
    generatedType: "STORED",
    asExpression: "points * 2",
    nullable: true,
    insert: false,
    update: false,
  })
  twice!: number | null;

  @Column({
    type: "int",
    default: 0,
    transformer: { to: (days?: number) => days && days * 24, from: (hours: number) => hours / 24 },
  })
  days!: number;

  @Column({ default: "ann", transformer: inLowerCase })
  owner!: string;
}

const tickets = (lab: Lab) => lab.repository(Ticket);

/** Of which `state` and `owner` were not loaded. */
async function partly(lab: Lab, id: number): Promise<Ticket> {
  return tickets(lab).findOneOrFail({ where: { id }, select: { id: true, title: true } });
}

async function seed(lab: Lab): Promise<void> {
  await tickets(lab).insert({ title: "a", state: 1, points: 1, days: 1, owner: "BOB" });
  await tickets(lab).insert({ title: "b", state: 2, points: 2, days: 2, owner: "EVE" });
}

// TypeORM puts into it what the database has made.
const ticket = () => ({ title: "new", state: 5, points: 5, days: 5, owner: "SUE" });
const without = (column: keyof ReturnType<typeof ticket>) => {
  const { [column]: _left, ...rest } = ticket();
  return rest;
};

const PRECISIONS: readonly Precision[] = [
  {
    name: "the default of a number that an INSERT leaves out (trap 16)",
    read: (lab) => tickets(lab).find({ where: { state: 0 }, order: { id: "ASC" } }),
    unrelated: { "one that gives another": (lab) => tickets(lab).insert(ticket()) },
    related: {
      "insert()": (lab) => tickets(lab).insert(without("state")),
      "save()": (lab) => tickets(lab).save(tickets(lab).create(without("state"))),
      "several at once, of which one gives none": (lab) => tickets(lab).insert([ticket(), without("state")]),
      "one that gives it": (lab) => tickets(lab).insert({ ...ticket(), state: 0 }),
    },
  },
  {
    name: "the default of a text that is transformed (trap 16)",
    read: (lab) => tickets(lab).find({ where: { owner: "ANN" }, order: { id: "ASC" } }),
    unrelated: { "one that gives another": (lab) => tickets(lab).insert(ticket()) },
    related: {
      "insert()": (lab) => tickets(lab).insert(without("owner")),
      "save()": (lab) => tickets(lab).save(tickets(lab).create(without("owner"))),
    },
  },
  {
    name: "what the database computes of other columns (trap 16)",
    read: (lab) => tickets(lab).find({ where: { twice: 14 }, order: { id: "ASC" } }),
    unrelated: {},
    related: {
      "insert()": (lab) => tickets(lab).insert({ ...ticket(), points: 7 }),
      "update() by the key": (lab) => tickets(lab).update(1, { points: 7 }),
      "update() by another column": (lab) => tickets(lab).update({ title: "b" }, { points: 7 }),
      "increment() away from it": (lab) => tickets(lab).increment({ id: 1 }, "points", 1),
      "save()": async (lab) => {
        const one = await tickets(lab).findOneByOrFail({ id: 1 });
        await tickets(lab).save(Object.assign(one, { points: 7 }));
      },
      "delete()": (lab) => tickets(lab).delete(1),
    },
  },
  {
    name: "a number that is stored in another unit (trap 16)",
    read: (lab) => tickets(lab).find({ where: { days: 7 }, order: { id: "ASC" } }),
    unrelated: {
      "another one": (lab) => tickets(lab).insert(ticket()),
      "the unit that is stored": (lab) => tickets(lab).insert({ ...ticket(), days: 7 * 24 }),
      "from one to another": (lab) => tickets(lab).update({ days: 1 }, { days: 3 }),
    },
    related: {
      "insert()": (lab) => tickets(lab).insert({ ...ticket(), days: 7 }),
      "update() by the key": (lab) => tickets(lab).update(1, { days: 7 }),
      "update() by the column itself": (lab) => tickets(lab).update({ days: 2 }, { days: 7 }),
      "save()": async (lab) => {
        const one = await tickets(lab).findOneByOrFail({ id: 1 });
        await tickets(lab).save(Object.assign(one, { days: 8 }));
      },
    },
  },
  {
    name: "a text that is stored in lower case (trap 16)",
    read: (lab) => tickets(lab).find({ where: { owner: "SAM" }, order: { id: "ASC" } }),
    unrelated: { "another one": (lab) => tickets(lab).update({ owner: "EVE" }, { owner: "SUE" }) },
    related: {
      "insert()": (lab) => tickets(lab).insert({ ...ticket(), owner: "Sam" }),
      "update() by the key": (lab) => tickets(lab).update(1, { owner: "sAM" }),
      "update() by the column itself": (lab) => tickets(lab).update({ owner: "Sue" }, { owner: "SAM" }),
      "save()": async (lab) => {
        const one = await tickets(lab).findOneByOrFail({ id: 1 });
        await tickets(lab).save(Object.assign(one, { owner: "EVE" }));
      },
    },
  },
  {
    name: "columns that were not loaded of a row that is saved (trap 16)",
    read: (lab) => tickets(lab).find({ where: { state: 1 }, order: { id: "ASC" } }),
    unrelated: {
      "of another row": async (lab) => tickets(lab).save(Object.assign(await partly(lab, 2), { title: "x" })),
    },
    related: {
      "what it shows": async (lab) => tickets(lab).save(Object.assign(await partly(lab, 1), { title: "x" })),
      "what it asks for": async (lab) => tickets(lab).save(Object.assign(await partly(lab, 2), { state: 1 })),
      "remove()": async (lab) => tickets(lab).remove(await partly(lab, 1)),
    },
  },
];

onEveryCombination("values that a write does not tell", ({ database, store }) => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.open({ database, store, entities: [Ticket] });
  });
  after(() => lab.close());

  itTellsApart(PRECISIONS, { database, lab: () => lab, seed });
});
