import type { PerDatabase } from "../../support/databases";

interface Expectation {
  readonly table: string;
  readonly schema?: string;
  /** No facts at all: the rest is not compared. */
  readonly missing?: true;
  readonly primaryKey: readonly string[];
  readonly uniqueKeys: readonly (readonly string[])[];
  readonly rewrites: boolean;
  readonly triggered: boolean;
  /** Foreign keys that can be counted on. */
  readonly references: readonly {
    readonly column: string;
    readonly to: string;
    readonly referenced: string;
  }[];
}

type Triggers = "none" | "before" | "other" | "before and other";

const expectation = (
  table: string,
  keys: readonly (readonly string[])[],
  triggers: Triggers = "none",
  more: Partial<Expectation> = {},
): Expectation => ({
  table,
  primaryKey: keys[0] ?? [],
  uniqueKeys: keys,
  rewrites: triggers.includes("before"),
  triggered: triggers.includes("other"),
  references: [],
  ...more,
});

const missing = (table: string): Expectation => expectation(table, [], "none", { missing: true });

export const TABLES: PerDatabase<readonly string[]> = {
  postgres: [
    `CREATE TABLE "MixedCase" ("Id" int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "Name" text NOT NULL UNIQUE,
      nick text UNIQUE, doubled int GENERATED ALWAYS AS ("Id" * 2) STORED, gone int, number serial)`,
    `ALTER TABLE "MixedCase" DROP COLUMN gone`,
    `CREATE SCHEMA "Other"`,
    `CREATE TABLE "Other".pair (a int, b int, c int NOT NULL, d int NOT NULL, PRIMARY KEY (b, a),
      UNIQUE (d, c) INCLUDE (a), UNIQUE (c) DEFERRABLE)`,
    `CREATE UNIQUE INDEX ON "Other".pair (c) WHERE a > 1`,
    `CREATE UNIQUE INDEX ON "Other".pair ((c + 1))`,
    "CREATE TABLE later (id int PRIMARY KEY DEFERRABLE)",
    "CREATE TABLE bare (a int)",
    "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TABLE before_row (id int PRIMARY KEY)",
    "CREATE TRIGGER t BEFORE INSERT ON before_row FOR EACH ROW EXECUTE FUNCTION nothing()",
    "CREATE TABLE secured (id int PRIMARY KEY)",
    "ALTER TABLE secured ENABLE ROW LEVEL SECURITY",
    "CREATE TABLE after_row (id int PRIMARY KEY)",
    "CREATE TRIGGER t AFTER UPDATE ON after_row FOR EACH ROW EXECUTE FUNCTION nothing()",
    "CREATE TABLE referring (id int PRIMARY KEY REFERENCES after_row)",
    `CREATE TABLE doubtful (a int REFERENCES after_row DEFERRABLE INITIALLY DEFERRED, b int,
      c int REFERENCES after_row, d int, e int, "F" int REFERENCES "MixedCase" ("Id"),
      FOREIGN KEY (d, e) REFERENCES "Other".pair (b, a))`,
    "ALTER TABLE doubtful ADD FOREIGN KEY (b) REFERENCES after_row NOT VALID",
    "ALTER TABLE doubtful ADD CONSTRAINT unenforced FOREIGN KEY (c) REFERENCES before_row NOT ENFORCED",
    "CREATE TABLE ruled (id int PRIMARY KEY)",
    "CREATE RULE r AS ON INSERT TO ruled DO ALSO SELECT 1",
    "CREATE TABLE parent (id int PRIMARY KEY)",
    "CREATE TABLE child () INHERITS (parent)",
    "CREATE TABLE whole (id int PRIMARY KEY) PARTITION BY RANGE (id)",
    "CREATE TABLE part PARTITION OF whole FOR VALUES FROM (0) TO (9)",
    "CREATE TABLE whole_2 (id int PRIMARY KEY) PARTITION BY RANGE (id)",
    "CREATE TABLE part_2 PARTITION OF whole_2 FOR VALUES FROM (0) TO (9)",
    "CREATE TRIGGER t BEFORE INSERT ON part_2 FOR EACH ROW EXECUTE FUNCTION nothing()",
    "CREATE VIEW seen AS SELECT * FROM bare",
    "CREATE TEMPORARY TABLE passing (id int)",
  ],
  mariadb: [
    `CREATE TABLE MixedCase (Id int AUTO_INCREMENT PRIMARY KEY, Name varchar(20) NOT NULL UNIQUE,
      nick varchar(20) UNIQUE, doubled int AS (Id2 * 2) STORED, Id2 int NOT NULL, virtual_one int AS (Id2 + 1),
      changed timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
      made datetime DEFAULT (CURRENT_TIMESTAMP))`,
    `CREATE TABLE pair (a int, b int, c int NOT NULL, d varchar(20) NOT NULL, PRIMARY KEY (b, a),
      UNIQUE (d, c), UNIQUE (d(3)))`,
    "CREATE TABLE bare (a int)",
    "CREATE TABLE before_row (id int PRIMARY KEY)",
    "CREATE TRIGGER t1 BEFORE INSERT ON before_row FOR EACH ROW SET NEW.id = NEW.id + 1",
    "CREATE TABLE after_row (id int PRIMARY KEY)",
    "CREATE TRIGGER t2 AFTER INSERT ON after_row FOR EACH ROW SET @x = 1",
    "CREATE TABLE before_delete (id int PRIMARY KEY)",
    "CREATE TRIGGER t3 BEFORE DELETE ON before_delete FOR EACH ROW SET @x = 1",
    `CREATE TABLE referring (a int REFERENCES after_row (id), b int, c int, d int,
      Other int, FOREIGN KEY (Other) REFERENCES MixedCase (Id), FOREIGN KEY (b, c) REFERENCES pair (b, a))`,
    "CREATE TABLE ignoring (a int, FOREIGN KEY (a) REFERENCES after_row (id)) ENGINE = MyISAM",
    "CREATE TABLE versioned (id int PRIMARY KEY) WITH SYSTEM VERSIONING",
    "CREATE VIEW seen AS SELECT * FROM bare",
  ],
  sqljs: [
    `CREATE TABLE "MixedCase" ("Id" integer PRIMARY KEY AUTOINCREMENT, "Name" text NOT NULL UNIQUE,
      nick text UNIQUE, doubled int GENERATED ALWAYS AS ("Id" * 2) STORED, virtual_one int AS ("Id" + 1))`,
    "CREATE TABLE pair (a int NOT NULL, b int NOT NULL, c int NOT NULL, PRIMARY KEY (b, a), UNIQUE (c, a))",
    "CREATE UNIQUE INDEX partial ON pair (c) WHERE a > 1",
    "CREATE UNIQUE INDEX expression ON pair (c + 1)",
    "CREATE TABLE loose (code text PRIMARY KEY)",
    "CREATE TABLE descending (id integer PRIMARY KEY DESC)",
    "CREATE TABLE rowless (code text PRIMARY KEY, a int) WITHOUT ROWID",
    "CREATE TABLE bare (a int)",
    "CREATE TABLE after_row (id integer PRIMARY KEY)",
    "CREATE TRIGGER t AFTER INSERT ON after_row BEGIN UPDATE after_row SET id = id + 1; END",
    "CREATE TABLE passing (id integer PRIMARY KEY)",
    "CREATE TEMPORARY TRIGGER t2 AFTER INSERT ON passing BEGIN DELETE FROM bare; END",
    "CREATE VIEW seen AS SELECT * FROM bare",
  ],
};

export const EXPECTATIONS: PerDatabase<readonly Expectation[]> = {
  postgres: [
    expectation("MixedCase", [["Id"], ["Name"]]),
    expectation(
      "pair",
      [
        ["b", "a"],
        ["d", "c"],
      ],
      "none",
      { schema: "Other" },
    ),
    expectation("later", []),
    expectation("bare", []),
    expectation("before_row", [["id"]], "before and other"),
    expectation("after_row", [["id"]], "other"),
    expectation("referring", [["id"]], "none", {
      references: [{ column: "id", to: "after_row", referenced: "id" }],
    }),
    expectation("doubtful", [], "none", {
      references: [
        { column: "F", to: "mixedcase", referenced: "Id" },
        { column: "a", to: "after_row", referenced: "id" },
        { column: "c", to: "after_row", referenced: "id" },
      ],
    }),
    expectation("ruled", [["id"]], "before"),
    expectation("parent", [], "before"),
    expectation("child", []),
    expectation("whole", [["id"]]),
    expectation("whole_2", [["id"]], "before and other"),
    ...["secured", "seen", "passing", "nowhere", "mixedcase.", "bare; DROP TABLE bare"].map(missing),
  ],
  mariadb: [
    expectation("MixedCase", [["Id"], ["Name"]]),
    expectation("pair", [
      ["b", "a"],
      ["d", "c"],
    ]),
    expectation("bare", []),
    expectation("before_row", [["id"]], "before"),
    expectation("after_row", [["id"]]),
    expectation("before_delete", [["id"]]),
    expectation("referring", [], "none", {
      references: [
        { column: "a", to: "after_row", referenced: "id" },
        { column: "Other", to: "mixedcase", referenced: "Id" },
      ],
    }),
    expectation("ignoring", []),
    ...["versioned", "seen", "nowhere", "bare'; DROP TABLE bare"].map(missing),
  ],
  sqljs: [
    expectation("MixedCase", [["Id"], ["Name"]]),
    expectation("pair", [
      ["b", "a"],
      ["c", "a"],
    ]),
    expectation("loose", []),
    expectation("descending", []),
    expectation("rowless", [["code"]]),
    expectation("bare", []),
    expectation("after_row", [["id"]], "other"),
    expectation("passing", [["id"]], "other"),
    ...["seen", "nowhere"].map(missing),
  ],
};

/** One table with all that columns may be. */
export const GENERATED: PerDatabase<{
  readonly path: string;
  readonly columns: Readonly<Record<string, string>>;
}> = {
  postgres: {
    path: "mixedcase",
    columns: {
      Id: "autoIncrement",
      Name: "",
      nick: "nullable",
      doubled: "nullable generated",
      number: "autoIncrement",
    },
  },
  mariadb: {
    path: "mixedcase",
    columns: {
      Id: "autoIncrement",
      Name: "",
      nick: "nullable",
      doubled: "nullable generated",
      Id2: "",
      virtual_one: "nullable generated",
      changed: "onUpdate",
      made: "nullable",
    },
  },
  sqljs: {
    path: "mixedcase",
    columns: {
      Id: "autoIncrement",
      Name: "",
      nick: "nullable",
      doubled: "nullable generated",
      virtual_one: "nullable generated",
    },
  },
};
