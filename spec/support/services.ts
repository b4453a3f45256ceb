export interface Services {
  readonly redisUrl: string;
  readonly postgresUrl: string;
  readonly mysqlUrl: string;
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
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set. Run the specs with npm test, which starts the services.`);
  return value;
}
