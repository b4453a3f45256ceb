import { type DataSource, EntitySchema, type EntitySchemaColumnOptions } from "typeorm";
import { type DatabaseName, type PerDatabase } from "../../support/databases";
import { mariadbSamples } from "./mariadb-samples";
import { postgresSamples } from "./postgres-samples";
import { sqliteSamples } from "./sqlite-samples";

/** SQL expressions of ordinary and extreme values of one column type. */
export interface ColumnSample {
  readonly values: readonly string[];
  /** What the column needs besides its type. */
  readonly column?: Partial<EntitySchemaColumnOptions>;
}

export interface TypeSamples {
  /** By the type's name in TypeORM's `driver.supportedDataTypes`. */
  readonly types: Readonly<Record<string, ColumnSample>>;
  /** Types that the database of the specs does not have, with the reason. */
  readonly unavailable: Readonly<Record<string, string>>;
}

export const TYPE_SAMPLES: PerDatabase<TypeSamples> = {
  postgres: postgresSamples,
  mariadb: mariadbSamples,
  sqljs: sqliteSamples,
};

/** PostgreSQL has an array type for each of its types. */
const HAS_ARRAYS: PerDatabase<boolean> = { postgres: true, mariadb: false, sqljs: false };

type Row = Record<string, unknown> & { id: number };

/** A table with a column of every type that TypeORM has for the database, and one of arrays of it. */
export class EveryType {
  readonly entity: EntitySchema<Row>;
  readonly #samples: readonly (readonly [string, ColumnSample])[];
  readonly #hasArrays: boolean;

  constructor(database: DatabaseName, supported: readonly string[]) {
    this.#hasArrays = HAS_ARRAYS[database];
    this.#samples = Object.entries(TYPE_SAMPLES[database].types).filter(([type]) => supported.includes(type));
    this.entity = new EntitySchema<Row>({
      name: "every_type",
      columns: { id: { type: Number, primary: true }, ...this.#columns() },
    });
  }

  /** Row n holds the n-th value of every type, as far as there is one; the last row holds none. */
  async fill(dataSource: DataSource): Promise<void> {
    const rows = dataSource.getRepository(this.entity);
    const count = Math.max(...this.#samples.map(([, { values }]) => values.length));
    for (let i = 0; i <= count; i++) await rows.insert({ id: i + 1, ...this.#values(i) });
    if (this.#hasArrays) await this.#fillArrays(dataSource);
  }

  #columns(): Record<string, EntitySchemaColumnOptions> {
    const columns = this.#samples.flatMap(([type, { column }]) => {
      const options = { type, nullable: true, ...column } as EntitySchemaColumnOptions;
      const array = { ...options, array: true };
      return this.#hasArrays
        ? [[nameOf(type), options] as const, [arrayNameOf(type), array] as const]
        : [[nameOf(type), options] as const];
    });
    return Object.fromEntries(columns);
  }

  #values(i: number): Record<string, () => string> {
    const given = this.#samples.filter(([, { values }]) => i < values.length);
    return Object.fromEntries(given.map(([type, { values }]) => [nameOf(type), () => values[i]!]));
  }

  /** All values, NULL included; an array of that array; no values. */
  async #fillArrays(dataSource: DataSource): Promise<void> {
    const arrays = (id: number, array: (all: string) => string): Promise<unknown> => {
      const assignments = this.#samples.map(([type]) => {
        const all = `(SELECT array_agg(${nameOf(type)} ORDER BY id) FROM every_type)`;
        return `${arrayNameOf(type)} = ${array(all)}`;
      });
      return dataSource.query(`UPDATE every_type SET ${assignments.join(", ")} WHERE id = ${id}`);
    };
    await arrays(1, (all) => all);
    await arrays(2, (all) => `ARRAY[${all}, ${all}]`);
    await arrays(3, () => "'{}'");
  }
}

function nameOf(type: string): string {
  return `of_${type.replaceAll(" ", "_")}`;
}

function arrayNameOf(type: string): string {
  return `${nameOf(type)}_array`;
}
