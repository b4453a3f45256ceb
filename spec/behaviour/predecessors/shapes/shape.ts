import type { ObjectLiteral, SelectQueryBuilder } from "typeorm";
import { Post } from "../../../support/blog/entities";
import type { Lab } from "../../../support/lab";

/** A form of query that a predecessor's suite has, in the form that fits TypeORM. */
export interface Shape {
  readonly name: string;
  /** Tables that the answer depends on, and no others. */
  readonly tables: readonly string[];
  /** What it answers on the blog's seed; without it, anything but nothing. */
  readonly answer?: unknown;
  read(lab: Lab): Promise<unknown>;
}

export const posts = (lab: Lab): SelectQueryBuilder<Post> =>
  lab.repository(Post).createQueryBuilder("p").orderBy("p.id");

/** The titles alone, in order. */
export const titles = async (found: Promise<readonly Post[]>): Promise<string[]> =>
  (await found).map(({ title }) => title);

/** Quoted as the database does. */
export const name = ({ dataSource }: Lab, column: string): string => dataSource.driver.escape(column);

/** A statement that TypeORM has no builder for, as the subquery of one that it has. */
export const selectFrom = ({ dataSource }: Lab, sql: string): SelectQueryBuilder<ObjectLiteral> =>
  dataSource.createQueryBuilder().select("x.*").from(`(${sql})`, "x").cache(true);
