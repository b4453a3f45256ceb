import { get } from "node:http";
import { ServiceError } from "./service-error.mjs";

/** A hung engine holds testcontainers up for over 20 s, so it is asked first. */
const PING_LIMIT_MS = 400;

export async function startRedis() {
  const { GenericContainer } = await testcontainers();
  const container = await new GenericContainer("redis:8-alpine").withExposedPorts(6379).start();
  return { url: `redis://${address(container, 6379)}`, stop: () => container.stop() };
}

export async function startPostgres() {
  const { GenericContainer, Wait } = await testcontainers();
  const container = await new GenericContainer("postgres:18-alpine")
    .withEnvironment({ POSTGRES_HOST_AUTH_METHOD: "trust" })
    .withCommand([
      "postgres",
      "-c",
      "fsync=off",
      "-c",
      "max_prepared_transactions=20",
      "-c",
      "max_connections=200",
    ])
    .withExposedPorts(5432)
    .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/, 2)) // the first is the one that sets it up
    .start();
  return { url: `postgres://postgres@${address(container, 5432)}/postgres`, stop: () => container.stop() };
}

export async function startMariadb() {
  const { GenericContainer, Wait } = await testcontainers();
  const container = await new GenericContainer("mariadb:10.11")
    .withEnvironment({ MARIADB_ROOT_PASSWORD: "cacheops", MARIADB_DATABASE: "cacheops" })
    .withExposedPorts(3306)
    .withWaitStrategy(Wait.forLogMessage(/port: 3306/))
    .start();
  return { url: `mysql://root:cacheops@${address(container, 3306)}/cacheops`, stop: () => container.stop() };
}

async function testcontainers() {
  await ping(process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock");
  return import("testcontainers");
}

/**
 * @param {string} engine
 * @returns {Promise<void>}
 */
function ping(engine) {
  const { protocol, hostname, port, pathname } = new URL(engine);
  const target = protocol === "unix:" ? { socketPath: pathname } : { hostname, port };
  return new Promise((resolve, reject) => {
    const fail = (/** @type {Error} */ cause) =>
      reject(
        new ServiceError(
          `USE_TESTCONTAINERS is set, but no container engine answers at ${engine} (${cause.message})`,
        ),
      );
    const request = get({ ...target, path: "/_ping" }, (response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else fail(new Error(`status ${response.statusCode}`));
    });
    request.setTimeout(PING_LIMIT_MS, () => request.destroy(new Error(`nothing within ${PING_LIMIT_MS} ms`)));
    request.on("error", fail);
  });
}

/**
 * @param {import("testcontainers").StartedTestContainer} container
 * @param {number} port
 */
function address(container, port) {
  return `${container.getHost()}:${container.getMappedPort(port)}`;
}
