import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Of the version that the specs are running with. */
export const TYPEORM_FOLDER = dirname(require.resolve("typeorm"));

const { version } = JSON.parse(readFileSync(join(TYPEORM_FOLDER, "package.json"), "utf8")) as {
  version: string;
};

/** What only TypeORM 1 can do is not tried with 0.3. */
export const IS_TYPEORM_1 = version.startsWith("1.");
