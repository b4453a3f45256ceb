import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import ts from "typescript";
import { freshDatabase } from "../support/databases";
import { services } from "../support/services";
import { UserProject } from "../support/user-project";

/** Where `npm test` runs mocha. */
const ROOT = process.cwd();

/** The text of each example, by the heading above it. */
function examples(): { title: string; text: string }[] {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  return [...readme.matchAll(/^```ts\n([^]*?)^```$/gm)].map(({ 1: text = "", index }, at) => {
    const heading = readme
      .slice(0, index)
      .match(/^#+ .*$/gm)
      ?.at(-1);
    return { title: `example ${at + 1}, below "${heading?.replace(/^#+ /, "")}"`, text };
  });
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Node10,
  lib: ["lib.es2023.d.ts"],
  types: ["node"],
  strict: true,
  skipLibCheck: true,
  esModuleInterop: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  noEmit: true,
  baseUrl: ROOT,
  paths: {
    "typeorm-cacheops": ["src/index.ts"],
    "typeorm-cacheops/*": ["src/integrations/*/index.ts"],
  },
};

/** What the compiler has to say about texts that stand, each as a file of its own, in the project's folder. */
function problemsOf(texts: ReadonlyMap<string, string>): string[] {
  const host = ts.createCompilerHost(OPTIONS);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => texts.has(name) || fileExists.call(host, name);
  host.readFile = (name) => texts.get(name) ?? readFile.call(host, name);
  host.getSourceFile = (name, version, ...rest) => {
    const text = texts.get(name);
    return text === undefined
      ? getSourceFile.call(host, name, version, ...rest)
      : ts.createSourceFile(name, text, version);
  };
  const program = ts.createProgram([...texts.keys()], OPTIONS, host);
  return ts
    .getPreEmitDiagnostics(program)
    .filter(({ file }) => file === undefined || texts.has(file.fileName))
    .map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
}

function compiled(text: string): string {
  return ts.transpileModule(text, { compilerOptions: { ...OPTIONS, noEmit: false } }).outputText;
}

describe("README.md", function () {
  this.timeout(60_000);
  const all = examples();
  const whole = all.filter(({ text }) => text.includes("new DataSource"));

  it("has examples, and one that can be run as it stands", () => {
    expect(whole.length, "examples with new DataSource").to.be.above(0);
  });

  it("has examples that compile, each by itself", () => {
    const files = all.map(({ text }, at): [string, string] => [
      join(ROOT, `readme-example-${at + 1}.ts`),
      text,
    ]);
    expect(problemsOf(new Map(files))).to.deep.equal([]);
  });

  for (const { title, text } of whole) {
    it(`has an example that runs and ends: ${title}`, async () => {
      const database = await freshDatabase("postgres");
      const project = new UserProject({ "example.js": compiled(text) });
      try {
        const { url } = database.options as { url: string };
        const { redisUrl } = services();
        const ended = await project.node(["example.js"], { DATABASE_URL: url, REDIS_URL: redisUrl });
        expect(ended.stderr).to.equal("");
        expect(ended.code).to.equal(0);
        expectPromises(text, ended.stdout);
      } finally {
        project.remove();
        await database.drop();
      }
    });
  }
});

/** A comment behind a statement, such as `// get Article miss`, says what the statement prints. */
function expectPromises(text: string, stdout: string): void {
  const promised = [...text.matchAll(/; \/\/ (.+)$/gm)].map((match) => match[1]);
  expect(promised, "promises in comments").to.not.be.empty;
  expect(stdout.trim().split("\n")).to.deep.equal(promised);
}
