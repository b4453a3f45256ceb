import { type DataSource, Not } from "typeorm";
import { Article, Report } from "./entities";
import { PAGE } from "./seed";

/** One of the results that are stored, and the write that makes it unusable. */
export interface Workload {
  readonly what: string;
  readonly compressAbove?: number;
  read(dataSource: DataSource, n: number): Promise<unknown>;
  change(dataSource: DataSource, n: number): Promise<unknown>;
}

const ROW: Workload = {
  what: "a row of 6 columns",
  read: (dataSource, n) => dataSource.getRepository(Article).findOneBy({ id: n }),
  change: (dataSource, n) => dataSource.getRepository(Article).update(n, { title: "changed" }),
};

const ROWS: Workload = {
  what: `a page of ${PAGE} rows`,
  read: (dataSource, n) =>
    dataSource.getRepository(Article).find({ where: { categoryId: n }, order: { id: "DESC" }, take: PAGE }),
  change: (dataSource, n) => dataSource.getRepository(Article).update(n * PAGE, { title: "changed" }),
};

const DOCUMENT: Workload = {
  what: "a JSON document of 24 kB",
  read: (dataSource, n) => dataSource.getRepository(Report).findOneBy({ id: n }),
  change: (dataSource, n) => dataSource.getRepository(Report).update(n, { title: "changed" }),
};

export const WORKLOADS: readonly Workload[] = [
  ROW,
  ROWS,
  { ...ROWS, compressAbove: 1024 },
  DOCUMENT,
  { ...DOCUMENT, compressAbove: 1024 },
];

/** Reads of one table, each of which relies on rows by other columns. */
export const SCHEMES: readonly ((dataSource: DataSource) => Promise<unknown>)[] = [
  (dataSource) => dataSource.getRepository(Article).findBy({ id: 1 }),
  (dataSource) => dataSource.getRepository(Article).findBy({ categoryId: 1 }),
  (dataSource) => dataSource.getRepository(Article).findBy({ categoryId: 1, title: "a" }),
  (dataSource) => dataSource.getRepository(Article).countBy({ views: 1 }),
  (dataSource) => dataSource.getRepository(Article).countBy({ categoryId: Not(1), views: 2 }),
];
