import {
  Between,
  Column,
  Entity,
  LessThan,
  LessThanOrEqual,
  Like,
  MoreThan,
  PrimaryGeneratedColumn,
} from "typeorm";
import { Cached } from "../../../src";
import { Lab, onEveryCombination } from "../../support/lab";
import { itTellsApart, type Precision } from "./told-apart";

@Entity()
@Cached("all", "10m")
class Concert {
  @PrimaryGeneratedColumn() id!: number;
  @Column("date", { nullable: true }) day!: string | null;
  @Column({ default: 0 }) seats!: number;
}

@Entity()
@Cached("all", "10m")
class City {
  @PrimaryGeneratedColumn() id!: number;
  @Column({ length: 20, charset: "utf8mb4", collation: "utf8mb4_bin" }) name!: string;
  /** Blanks at its end count. */
  @Column({ length: 20, charset: "utf8mb4", collation: "utf8mb4_nopad_bin" }) exact!: string;
  @Column({ default: 0 }) people!: number;
}

const play = (day: string | null) => (lab: Lab) => lab.repository(Concert).insert({ day });
const postpone = (id: number, day: string | null) => (lab: Lab) =>
  lab.repository(Concert).update(id, { day });

/** Concerts on the 10th, 20th and 30th of June, and one that is not yet dated. */
const seedConcerts = ({ dataSource: { manager } }: Lab) =>
  manager.insert(Concert, [
    { day: "2026-06-10" },
    { day: "2026-06-20" },
    { day: "2026-06-30" },
    { day: null },
  ]);

const DATES: readonly Precision[] = [
  {
    name: "after a day",
    read: (lab) =>
      lab.repository(Concert).find({ where: { day: MoreThan("2026-06-20") }, order: { id: "ASC" } }),
    unrelated: {
      before: play("2026-06-19"),
      "that day": play("2026-06-20"),
      "years before": play("1999-12-31"),
      "on no day": play(null),
      "from before to that day": postpone(1, "2026-06-20"),
      "from no day to before": postpone(4, "2025-07-01"),
      "one before goes": (lab) => lab.repository(Concert).delete(2),
    },
    related: {
      "the day after": play("2026-06-21"),
      "years after": play("2031-01-01"),
      "from before to after": postpone(1, "2026-07-01"),
      "from after to no day": postpone(3, null),
      "one after goes": (lab) => lab.repository(Concert).delete(1),
    },
  },
  {
    name: "between two days",
    read: (lab) =>
      lab
        .repository(Concert)
        .find({ where: { day: Between("2026-06-15", "2026-06-25") }, order: { id: "ASC" } }),
    unrelated: {
      "the day before": play("2026-06-14"),
      "the day after": play("2026-06-26"),
      "on no day": play(null),
      "from before to after": postpone(1, "2026-07-01"),
      "from after to before": postpone(3, "2026-06-01"),
      "one outside goes": (lab) => lab.repository(Concert).delete(1),
    },
    related: {
      "the first day": play("2026-06-15"),
      "the last day": play("2026-06-25"),
      "from before": postpone(3, "2026-06-16"),
      "from one to another": postpone(3, "2026-06-17"),
      "to after": postpone(2, "2026-06-26"),
    },
  },
  {
    name: "up to a day, counted",
    read: (lab) => lab.repository(Concert).countBy({ day: LessThanOrEqual("2026-06-15") }),
    unrelated: {
      after: play("2026-06-16"),
      "from one to another": postpone(1, "2026-06-11"),
      "the seats of one": (lab) => lab.repository(Concert).update(1, { seats: 7 }),
    },
    related: { "that day": play("2026-06-15"), "no more": postpone(1, "2026-06-16") },
  },
];

const found = (name: string) => (lab: Lab) => lab.repository(City).insert({ name, exact: name });
const rename = (id: number, name: string) => (lab: Lab) =>
  lab.repository(City).update(id, { name, exact: name });
const grow = (id: number) => (lab: Lab) => lab.repository(City).increment({ id }, "people", 1);

const seedCities = ({ dataSource: { manager } }: Lab) =>
  manager.insert(
    City,
    ["Paris", "Rome", "parma"].map((name) => ({ name, exact: name })),
  );

const TEXTS: readonly Precision[] = [
  {
    name: "the beginning of a text (LIKE 'Par%')",
    read: (lab) => lab.repository(City).find({ where: { exact: Like("Par%") }, order: { id: "ASC" } }),
    unrelated: {
      "in the other case": found("PARMA"),
      "with an accent": found("Pária"),
      "less than that": found("Pa"),
      "behind it": found("Pas"),
      "between others": rename(2, "Turin"),
      "between others, by case": rename(3, "pAR"),
    },
    related: {
      "no more than that": found("Par"),
      "more, of any kind": found("Par é"),
      "from another": rename(2, "Parma"),
      "from one to another": rename(2, "Paros"),
      "no more": rename(1, "PAris"),
    },
  },
  {
    name: "the beginning of a text, where equal texts may end with other blanks",
    read: (lab) => lab.repository(City).find({ where: { name: Like("Par%") }, order: { id: "ASC" } }),
    unrelated: { "a column that it only shows of others": grow(2) },
    related: {
      "no more than that": found("Par"),
      "a blank more": rename(4, "Par "),
      "from another": rename(2, "Parma"),
      "no more": rename(1, "PAris"),
      "one that it shows": grow(2),
    },
  },
  {
    name: "a range of texts",
    read: (lab) => lab.repository(City).find({ where: { name: MoreThan("Q") }, order: { id: "ASC" } }),
    unrelated: {
      before: found("Oslo"),
      itself: found("Q"),
      "from before to before": rename(1, "Porto"),
    },
    related: {
      behind: found("Quito"),
      "in lower case, which is behind": found("a"),
      "an accent, which is behind": found("Évora"),
      "from before": rename(1, "Riga"),
      "no more": rename(2, "Oslo"),
    },
  },
  {
    name: "up to a text",
    read: (lab) => lab.repository(City).countBy({ name: LessThan("Q") }),
    unrelated: {
      behind: found("Quito"),
      "in lower case, which is behind": found("a"),
      "between others": rename(2, "Sofia"),
      "how many live there": grow(1),
    },
    related: { before: found("Oslo"), "from behind": rename(2, "Oslo"), "no more": rename(1, "paris") },
  },
];

/** As they come from `mysql2` by default: it depends on a time zone which days they are. */
const AS_DATES: readonly Precision[] = [
  {
    name: "after a day",
    read: (lab) =>
      lab.repository(Concert).find({ where: { day: MoreThan("2026-06-20") }, order: { id: "ASC" } }),
    unrelated: { before: play("2026-06-19"), "that day": play("2026-06-20"), "on no day": play(null) },
    related: {
      "the day after": play("2026-06-21"),
      "from before to after": postpone(1, "2026-07-01"),
      "from after to that day": postpone(3, "2026-06-20"),
      "from no day": postpone(4, "2026-06-21"),
      "one after goes": (lab) => lab.repository(Concert).delete(1),
    },
  },
];

onEveryCombination("conditions on dates rely on those that they are about", ({ database, store }) => {
  // SQLite's dates are texts.
  if (database === "sqljs") return;
  let lab: Lab;
  before(async () => {
    // What `mysql2` makes of a day that it is not told to leave as it is depends on a time zone.
    const dataSource = database === "mariadb" ? ({ dateStrings: ["DATE"] } as object) : {};
    lab = await Lab.open({ database, store, entities: [Concert], dataSource });
  });
  after(() => lab.close());

  itTellsApart(DATES, { database, lab: () => lab, seed: seedConcerts });
});

onEveryCombination("conditions on dates of which the driver makes Dates", ({ database, store }) => {
  if (database !== "mariadb") return;
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: [Concert] })));
  after(() => lab.close());

  itTellsApart(AS_DATES, { database, lab: () => lab, seed: seedConcerts });
});

onEveryCombination("conditions on texts that are compared by their bytes", ({ database, store }) => {
  // PostgreSQL's in the C locale are with the other columns.
  if (database !== "mariadb") return;
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: [City] })));
  after(() => lab.close());

  itTellsApart(TEXTS, { database, lab: () => lab, seed: seedCities });
});
