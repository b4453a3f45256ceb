import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { unpackPackage } from "./apt.mjs";
import { exists, isRoot, makeRunFolder } from "./folders.mjs";
import { onPath, run } from "./run.mjs";
import { startServer } from "./server.mjs";
import { ServiceError } from "./service-error.mjs";

const USER = `CREATE USER 'cacheops'@'%' IDENTIFIED BY 'cacheops';
GRANT ALL PRIVILEGES ON *.* TO 'cacheops'@'%' WITH GRANT OPTION;
CREATE DATABASE cacheops CHARACTER SET utf8mb4;
`;

/** What `mariadb-install-db` would run, without the help texts. */
const SYSTEM_TABLES = ["mysql_system_tables", "mysql_performance_tables", "mysql_system_tables_data"];

/** MariaDB of PATH, else fetched. The data is gone when it stops. */
export async function startMariadb() {
  const { command, base, env } = await findProgram();
  const folder = await makeRunFolder("mariadb");
  const data = join(folder, "data");
  await mkdir(data);
  const init = join(folder, "init.sql");
  await writeFile(init, USER);
  const options = commonOptions(base, data);
  await run(command, [...options, "--bootstrap"], {
    env: { ...process.env, ...env },
    input: await systemTables(base),
  });
  const server = await startServer({
    name: "MariaDB",
    command,
    env,
    args: (port) => [...options, `--port=${port}`, "--bind-address=127.0.0.1", `--init-file=${init}`],
    ready: /ready for connections/,
    trash: folder,
  });
  return { url: `mysql://cacheops:cacheops@127.0.0.1:${server.port}/cacheops`, stop: server.stop };
}

/** @returns {Promise<{ command: string, base: string, env: NodeJS.ProcessEnv }>} */
async function findProgram() {
  const installed = await onPath("mariadbd");
  if (installed) return { command: installed, base: dirname(dirname(installed)), env: {} };
  const { root, env } = await unpackPackage("mariadb-server-core");
  return { command: join(root, "usr/sbin/mariadbd"), base: join(root, "usr"), env };
}

/**
 * The socket's name is relative to the data folder, whose full path may be too long for one.
 * @param {string} base
 * @param {string} data
 */
function commonOptions(base, data) {
  return [
    "--no-defaults", // has to come first
    `--basedir=${base}`,
    `--datadir=${data}`,
    "--socket=mariadb.sock",
    "--pid-file=mariadb.pid",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-log-file-size=16M",
    "--innodb-buffer-pool-size=64M",
    "--innodb-use-native-aio=0", // its limit is shared by the whole machine
    "--character-set-server=utf8mb4",
    "--default-time-zone=+00:00",
    "--max-connections=200",
    ...(isRoot ? ["--user=root"] : []),
  ];
}

/** The bootstrap reads one statement per line, or a text up to a semicolon at a line's end. */
async function systemTables(/** @type {string} */ base) {
  const folder = await findScripts(base);
  const texts = await Promise.all(SYSTEM_TABLES.map((name) => readFile(join(folder, `${name}.sql`), "utf8")));
  return ["CREATE DATABASE IF NOT EXISTS mysql;", "USE mysql;", ...texts, ""].join("\n");
}

async function findScripts(/** @type {string} */ base) {
  for (const folder of ["share/mysql", "share/mariadb", "share"].map((name) => join(base, name))) {
    if (await exists(join(folder, "mysql_system_tables.sql"))) return folder;
  }
  throw new ServiceError(`MariaDB in ${base} lacks its mysql_system_tables.sql: set MYSQL_URL`);
}
