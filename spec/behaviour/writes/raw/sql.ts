import type { Lab } from "../../../support/lab";

/** A door's write: one text through `dataSource.query()`; double quotes become the database's own. */
export function sql(text: string, parameters?: unknown[]): (lab: Lab) => Promise<unknown> {
  return ({ dataSource }) =>
    dataSource.query(dataSource.options.type === "mariadb" ? text.replaceAll('"', "`") : text, parameters);
}

/** One text after the other. */
export function texts(...list: readonly string[]): (lab: Lab) => Promise<void> {
  return async (lab) => {
    for (const text of list) await sql(text)(lab);
  };
}

/** All on one connection: what is prepared lives in a session. */
export function onOneRunner(...list: readonly string[]): (lab: Lab) => Promise<void> {
  return async ({ dataSource }) => {
    const queryRunner = dataSource.createQueryRunner();
    try {
      for (const text of list) await queryRunner.query(text);
    } finally {
      await queryRunner.release();
    }
  };
}

/** For a statement that the database refuses: it may have changed rows all the same. */
export function failing(write: (lab: Lab) => Promise<unknown>): (lab: Lab) => Promise<void> {
  return (lab) =>
    write(lab).then(
      () => {
        throw new Error("The statement was expected to fail.");
      },
      () => undefined,
    );
}
