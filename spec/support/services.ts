export interface Services {
  readonly redisUrl: string;
  readonly postgresUrl: string;
  readonly mysqlUrl: string;
}

/** Addresses of the services that the test runner started or was given. */
export function services(): Services {
  return {
    redisUrl: required("REDIS_URL"),
    postgresUrl: required("DATABASE_URL"),
    mysqlUrl: required("MYSQL_URL"),
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set. Run the specs with npm test, which starts the services.`);
  return value;
}
