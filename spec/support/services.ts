export interface Services {
  readonly redisUrl: string;
  readonly postgresUrl: string;
  readonly mysqlUrl: string;
  /** Of one of the masters. */
  readonly clusterUrl: string;
  readonly sentinel: {
    readonly name: string;
    readonly host: string;
    readonly port: number;
  };
}

/** Addresses of the services that the test runner started or was given. */
export function services(): Services {
  // Asked for one by one: a run may need but some of them.
  return {
    get redisUrl() {
      return required("REDIS_URL");
    },
    get postgresUrl() {
      return required("DATABASE_URL");
    },
    get mysqlUrl() {
      return required("MYSQL_URL");
    },
    get clusterUrl() {
      return required("REDIS_CLUSTER_URL");
    },
    get sentinel() {
      const { hostname, port, pathname } = new URL(required("REDIS_SENTINEL_URL"));
      return { name: pathname.slice(1), host: hostname, port: Number(port) };
    },
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(
      `${name} is not set. Run the specs with npm test or npm run test:cluster, which start the services.`,
    );
  return value;
}
