import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { DataSource } from "typeorm";
import { cacheopsOf } from "typeorm-cacheops";
import { createApp } from "./app";
import { openDataSource, type DataSourceSettings } from "./data-source";
import { watch } from "./request-log";
import { seed } from "./seed";

export interface ServeSettings extends DataSourceSettings {
  /** First port to try; the next free one is taken instead if it is in use. 0: any. */
  readonly port: number;
  /** Load the largest cities only. Default: all. */
  readonly cities?: number | undefined;
}

export interface Running {
  readonly url: string;
  close(): Promise<void>;
}

/** Connects, loads the data if there is none, and serves. */
export async function serve(settings: ServeSettings): Promise<Running> {
  const dataSource = await openDataSource(settings);
  try {
    await seed(dataSource, settings.cities);
    watch(dataSource);
    tellOutages(dataSource);
    const server = createServer(createApp(dataSource));
    const port = await listen(server, settings.port);
    return {
      url: `http://localhost:${port}`,
      close: async () => {
        await close(server);
        await dataSource.destroy();
      },
    };
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

// Requests under way may finish, but not hold up the end.
const GRACE = 2000;

async function close(server: Server): Promise<void> {
  const cutOff = setTimeout(() => server.closeAllConnections(), GRACE);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearTimeout(cutOff);
}

function tellOutages(dataSource: DataSource): void {
  cacheopsOf(dataSource)
    .on("degrade", () => console.error("The cache cannot be reached: everything is read from the database."))
    .on("recover", () => console.error("The cache is back."));
}

const PORTS_TO_TRY = 50;

async function listen(server: Server, first: number): Promise<number> {
  for (let port = first; ; port++) {
    server.listen(port);
    try {
      await once(server, "listening");
      return (server.address() as AddressInfo).port;
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (!taken || port - first >= PORTS_TO_TRY) throw error;
    }
  }
}
