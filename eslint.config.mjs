import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/**
 * Folders of src from the bottom up: what each may import of the others, and which of the restricted packages.
 * Files directly in src are the public face and its types; they may import every folder.
 * @type {Record<string, { imports: string[], packages: string[] }>}
 */
const LAYERS = {
  sql: { imports: [], packages: [] },
  schema: { imports: ["sql"], packages: [] },
  dependencies: { imports: ["sql", "schema", "stores/store"], packages: [] },
  profiles: { imports: ["sql", "schema"], packages: [] },
  core: { imports: ["sql", "schema", "dependencies", "profiles", "stores/store"], packages: [] },
  functions: { imports: ["core", "dependencies", "stores/store", "typeorm"], packages: [] },
  "stores/memory": { imports: ["stores"], packages: [] },
  "stores/redis": { imports: ["stores"], packages: ["redis", "redlock"] },
  typeorm: {
    imports: ["sql", "schema", "dependencies", "profiles", "core", "stores"],
    packages: ["typeorm"],
  },
};

const PURE = ["sql", "schema", "dependencies"];
const FOLDERS = [
  "sql",
  "schema",
  "dependencies",
  "profiles",
  "core",
  "stores",
  "typeorm",
  "functions",
  "integrations",
  "cli",
];
const RESTRICTED = ["typeorm", "redis", "redlock"];

/**
 * Import paths of the project outside the allowed folders. `stores/store` allows that file alone.
 * @param {string[]} allowed
 */
function forbiddenFolders(allowed) {
  return FOLDERS.flatMap((folder) => {
    if (allowed.includes(folder)) return [];
    const parts = allowed
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => path.slice(folder.length + 1));
    return parts.length > 0
      ? [`^(\\.\\./)+${folder}/(?!(${parts.join("|")})(/|$))`]
      : [`^(\\.\\./)+${folder}(/|$)`];
  });
}

/** @param {{ regex: string, message: string, allowTypeImports?: boolean }[]} patterns */
function restrict(...patterns) {
  return {
    "@typescript-eslint/no-restricted-imports": /** @type {["error", object]} */ (["error", { patterns }]),
  };
}

/** @param {[string, (typeof LAYERS)[string]]} entry */
function direction([layer, { imports, packages }]) {
  const banned = RESTRICTED.filter((name) => !packages.includes(name)).map((name) => `^${name}(/|$)`);
  const builtins = PURE.includes(layer) ? ["^node:(?!crypto$|util$|assert$)"] : [];
  const patterns = [...forbiddenFolders([layer, ...imports]), ...banned, ...builtins].map((regex) => ({
    regex,
    allowTypeImports: ["profiles", "functions"].includes(layer) && regex === "^typeorm(/|$)",
    message: `src/${layer} may not import this: see LAYERS in eslint.config.mjs.`,
  }));
  return { files: [`src/${layer}/**/*.ts`], rules: restrict(...patterns) };
}

export default defineConfig(
  globalIgnores(["build/", "dist/", "sample-app/dist/", "spec/package/fixtures/", ".services/"]),
  tseslint.configs.base,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/require-await": "off", // async turns a throw into a rejection, as contracts promise
    },
  },
  { files: ["src/**/*.ts"], rules: { "max-lines": ["error", 300], "no-console": "error" } },
  { files: ["src/cli/**/*.ts"], rules: { "no-console": "off" } },
  {
    files: ["src/*.ts"],
    rules: restrict(
      ...RESTRICTED.map((name) => ({
        regex: `^${name}(/|$)`,
        allowTypeImports: name === "typeorm",
        message: "Only src/typeorm knows TypeORM's and only src/stores/redis knows Redis's values.",
      })),
    ),
  },
  {
    files: ["src/{integrations,cli,testing}/**/*.ts"],
    rules: restrict({
      regex: "^(\\.\\./)+(sql|schema|dependencies|profiles|core|typeorm)(/|$)",
      message: "Written on the public face: import src/*.ts.",
    }),
  },
  ...Object.entries(LAYERS).map(direction),
  {
    files: ["spec/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unused-expressions": "off", // chai's expect(x).to.be.true
      "@typescript-eslint/unbound-method": "off", // methods are compared, not called
      // Raw results are any; comparing them is what specs do.
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
);
