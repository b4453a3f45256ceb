import { startCluster } from "./cluster.mjs";
import { startMariadb } from "./mariadb.mjs";
import { startPostgres } from "./postgres.mjs";
import { startRedis } from "./redis.mjs";
import { startSentinel } from "./sentinel.mjs";
import { ServiceError } from "./service-error.mjs";

/**
 * @typedef {{ url: string, stop(): Promise<unknown> }} Service
 *
 * @typedef {object} Wanted
 * @property {boolean} [redis]
 * @property {boolean} [postgres]
 * @property {boolean} [mariadb]
 * @property {boolean} [cluster] a Redis Cluster of three masters
 * @property {boolean} [sentinel] a master, a replica and a Sentinel
 * @property {string} [keep] PostgreSQL's data stays under this name for the next start; default: thrown away
 *
 * @typedef {object} Provisioned a URL is "" if that service was not wanted
 * @property {string} redisUrl
 * @property {string} postgresUrl
 * @property {string} mysqlUrl
 * @property {string} clusterUrl of one of the masters
 * @property {string} sentinelUrl of the Sentinel, with the master's name as its path
 * @property {() => Promise<void>} stop
 */

/**
 * Provides the wanted services, each from the first source that there is: its URL in the environment
 * (REDIS_URL, DATABASE_URL, MYSQL_URL, REDIS_CLUSTER_URL, REDIS_SENTINEL_URL), Docker (not the latter two) if USE_TESTCONTAINERS=1, a server process of our own. Servers
 * end with this process, even if it is killed.
 * @param {Wanted} wanted
 * @returns {Promise<Provisioned>}
 * @throws {ServiceError} a service cannot be had; the others are stopped
 */
export async function provision({ redis, postgres, mariadb, cluster, sentinel, keep }) {
  const containers = process.env["USE_TESTCONTAINERS"] === "1" ? await import("./containers.mjs") : undefined;
  const results = await Promise.allSettled([
    redis ? provide("Redis", "REDIS_URL", containers?.startRedis ?? startRedis) : nothing,
    postgres
      ? provide("PostgreSQL", "DATABASE_URL", containers?.startPostgres ?? (() => startPostgres({ keep })))
      : nothing,
    mariadb ? provide("MariaDB", "MYSQL_URL", containers?.startMariadb ?? startMariadb) : nothing,
    cluster ? provide("Redis Cluster", "REDIS_CLUSTER_URL", startCluster) : nothing,
    sentinel ? provide("Sentinel", "REDIS_SENTINEL_URL", startSentinel) : nothing,
  ]);
  const services = results.map((result) => (result.status === "fulfilled" ? result.value : nothing));
  const stop = async () => void (await Promise.all(services.map((service) => service.stop())));
  const failed = results.find((result) => result.status === "rejected");
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const [redisUrl = "", postgresUrl = "", mysqlUrl = "", clusterUrl = "", sentinelUrl = ""] = services.map(
    (service) => service.url,
  );
  return { redisUrl, postgresUrl, mysqlUrl, clusterUrl, sentinelUrl, stop };
}

/**
 * What the specs and the sample read the addresses from.
 * @param {Provisioned} services
 */
export function environment({ redisUrl, postgresUrl, mysqlUrl, clusterUrl, sentinelUrl }) {
  return {
    REDIS_URL: redisUrl,
    DATABASE_URL: postgresUrl,
    MYSQL_URL: mysqlUrl,
    REDIS_CLUSTER_URL: clusterUrl,
    REDIS_SENTINEL_URL: sentinelUrl,
  };
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
