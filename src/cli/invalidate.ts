import type { Command } from "commander";
import type { DataSource } from "typeorm";
import type { Cacheops } from "../cacheops";
import type { InvalidateEvent } from "../events";
import { invalidateAll, invalidateModel } from "../invalidation";
import { cacheopsOf } from "../setup";
import { withDataSource } from "./data-source";
import { entitiesNamed, EVERYTHING } from "./names";

interface Options {
  readonly dataSource: string;
}

/** `invalidate Article.34 Article geo all -d dist/data-source.js` */
export function invalidateCommand(program: Command): void {
  program
    .command("invalidate")
    .description("Makes cached results unusable for every process that shares the data source's store.")
    .argument("<names...>", "entity, table, schema or glob; Article.34 for a row; all for everything")
    .requiredOption("-d, --dataSource <path>", "path to the file that exports the data source")
    .action((names: string[], { dataSource: path }: Options) =>
      withDataSource(path, async (dataSource) => console.log(await invalidate(dataSource, names))),
    );
}

/** What was invalidated, in words. */
async function invalidate(dataSource: DataSource, names: readonly string[]): Promise<string> {
  const cacheops = cacheopsOf(dataSource);
  refuseInProcessStore(cacheops);
  const events: InvalidateEvent[] = [];
  cacheops.on("invalidate", (event) => events.push(event));
  // All names are looked up first: one that is wrong invalidates nothing of the others.
  const entities = entitiesNamed(dataSource, names);
  if (entities === EVERYTHING) await invalidateAll({ dataSource });
  else await invalidateModel(...entities, { dataSource });
  return wordsFor(events);
}

function wordsFor(events: readonly InvalidateEvent[]): string {
  if (events.some(({ everything }) => everything !== undefined)) return "Invalidated everything.";
  const tables = [...new Set(events.flatMap((event) => event.tables))].sort();
  return `Invalidated ${tables.join(", ")}.`;
}

/** It lives and dies with this process: "done" would be a lie to whoever waits for the running application. */
function refuseInProcessStore({ store }: Cacheops): void {
  if (store !== "memory") return;
  throw new Error(
    "The data source caches in the in-process store, which other processes cannot reach. Give cacheops() " +
      "a `redis` option, or restart the application.",
  );
}
