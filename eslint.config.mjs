import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/**
 * Folders of src from the bottom up: what each may import of the others, and which of the restricted packages.
 * Files directly in src are the public face and its types; they may import every folder.
 */
const LAYERS = {
  sql: { imports: [], packages: [] },
  schema: { imports: ["sql"], packages: [] },
  dependencies: { imports: ["sql", "schema"], packages: [] },
  profiles: { imports: ["sql", "schema"], packages: [] },
  core: { imports: ["sql", "schema", "dependencies", "profiles", "stores/store"], packages: ["node:"] },
  "stores/memory": { imports: ["stores"], packages: ["node:"] },
  "stores/redis": { imports: ["stores"], packages: ["node:", "redis"] },
  typeorm: {
    imports: ["sql", "schema", "dependencies", "profiles", "core", "stores"],
    packages: ["node:", "typeorm"],
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

/** Anything of the project outside the allowed folders. `stores/store` allows that file alone. */
function forbiddenFolders(layer, imports) {
  const allowed = [layer, ...imports];
  const whole = FOLDERS.filter(
    (folder) => !allowed.some((path) => path === folder || path.startsWith(`${folder}/`)),
  );
  const parts = allowed.filter((path) => path.includes("/") && !allowed.includes(path.split("/")[0]));
  return [
    ...whole.map((folder) => `^(\\.\\./)+${folder}(/|$)`),
    ...parts.map((path) => `^(\\.\\./)+${path.split("/")[0]}/(?!${path.split("/").slice(1).join("/")}(/|$))`),
  ];
}

function direction([layer, { imports, packages }]) {
  const banned = RESTRICTED.filter((name) => !packages.includes(name)).map((name) => `^${name}(/|$)`);
  const builtins = PURE.includes(layer) ? ["^node:(?!crypto$|util$|assert$)"] : [];
  const patterns = [...forbiddenFolders(layer, imports), ...banned, ...builtins].map((regex) => ({
    regex,
    allowTypeImports: layer === "profiles" && regex === "^typeorm(/|$)",
    message: `src/${layer} may not import this: see LAYERS in eslint.config.mjs.`,
  }));
  return {
    files: [`src/${layer}/**/*.ts`],
    rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns }] },
  };
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
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: RESTRICTED.map((name) => ({
            regex: `^${name}(/|$)`,
            allowTypeImports: name === "typeorm",
            message: "Only src/typeorm knows TypeORM's and only src/stores/redis knows Redis's values.",
          })),
        },
      ],
    },
  },
  {
    files: ["src/{functions,integrations,cli,testing}/**/*.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex: "^(\\.\\./)+(sql|schema|dependencies|profiles|core|typeorm)(/|$)",
              message: "Written on the public face: import src/*.ts.",
            },
          ],
        },
      ],
    },
  },
  ...Object.entries(LAYERS).map(direction),
  {
    files: ["spec/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unused-expressions": "off", // chai's expect(x).to.be.true
      "@typescript-eslint/unbound-method": "off", // methods are compared, not called
    },
  },
);
