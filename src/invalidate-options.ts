import type { DataSource } from "typeorm";

export interface InvalidateOptions {
  /** Default: every initialised data source that knows the entity. */
  dataSource?: DataSource;
}

/** Tells a last argument of options from what stands before it. */
export function splitOptions<T>(list: readonly unknown[]): { targets: T[]; options: InvalidateOptions } {
  const last = list[list.length - 1];
  const isOptions = typeof last === "object" && last !== null && isInvalidateOptions(last);
  return { targets: (isOptions ? list.slice(0, -1) : [...list]) as T[], options: isOptions ? last : {} };
}

/** `{}` and `{ dataSource }`; an EntitySchema is an object, too, but has members of its own. */
function isInvalidateOptions(value: object): value is InvalidateOptions {
  return (
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.keys(value).every((key) => key === "dataSource")
  );
}
