import { startMariadb } from "./mariadb.mjs";
import { startPostgres } from "./postgres.mjs";
import { startRedis } from "./redis.mjs";
import { ServiceError } from "./service-error.mjs";

/**
 * @typedef {{ url: string, stop(): Promise<unknown> }} Service
 *
 * @typedef {object} Wanted
 * @property {boolean} [redis]
 * @property {boolean} [postgres]
 * @property {boolean} [mariadb]
 * @property {string} [keep] PostgreSQL's data stays under this name for the next start; default: thrown away
 *
 * @typedef {object} Provisioned a URL is "" if that service was not wanted
 * @property {string} redisUrl
 * @property {string} postgresUrl
 * @property {string} mysqlUrl
 * @property {() => Promise<void>} stop
 */

/**
 * Provides the wanted services, each from the first source that there is: its URL in the environment
 * (REDIS_URL, DATABASE_URL, MYSQL_URL), Docker if USE_TESTCONTAINERS=1, a server process of our own. Servers
 * end with this process, even if it is killed.
 * @param {Wanted} wanted
 * @returns {Promise<Provisioned>}
 * @throws {ServiceError} a service cannot be had; the others are stopped
 */
export async function provision({ redis, postgres, mariadb, keep }) {
  const containers = process.env["USE_TESTCONTAINERS"] === "1" ? await import("./containers.mjs") : undefined;
  const results = await Promise.allSettled([
    redis ? provide("Redis", "REDIS_URL", containers?.startRedis ?? startRedis) : nothing,
    postgres
      ? provide("PostgreSQL", "DATABASE_URL", containers?.startPostgres ?? (() => startPostgres({ keep })))
      : nothing,
    mariadb ? provide("MariaDB", "MYSQL_URL", containers?.startMariadb ?? startMariadb) : nothing,
  ]);
  const services = results.map((result) => (result.status === "fulfilled" ? result.value : nothing));
  const stop = async () => void (await Promise.all(services.map((service) => service.stop())));
  const failed = results.find((result) => result.status === "rejected");
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const [redisUrl = "", postgresUrl = "", mysqlUrl = ""] = services.map((service) => service.url);
  return { redisUrl, postgresUrl, mysqlUrl, stop };
}

/**
 * What the specs and the sample read the addresses from.
 * @param {Provisioned} services
 */
export function environment({ redisUrl, postgresUrl, mysqlUrl }) {
  return { REDIS_URL: redisUrl, DATABASE_URL: postgresUrl, MYSQL_URL: mysqlUrl };
}

/** @type {Service} */
const nothing = { url: "", stop: async () => {} };

/**
 * @param {string} name
 * @param {string} variable
 * @param {() => Promise<Service>} start
 * @returns {Promise<Service>}
 */
async function provide(name, variable, start) {
  const given = process.env[variable];
  if (given) return { ...nothing, url: given };
  const since = Date.now();
  try {
    const service = await start();
    console.error(`${name} is up after ${((Date.now() - since) / 1000).toFixed(1)} s`);
    return service;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ServiceError(`No ${name}: ${reason}. Set ${variable} to use one of your own.`);
  }
}
