import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import ts from "typescript";
import { CacheopsUnsupportedError } from "../../src/errors";
import type { CachedFunction } from "../../src/functions/cached-function";
import type { FileCache } from "../../src/functions/file-cache";
import { Folder } from "./folder";

/** What the classes of both kinds of decorators have in common. */
interface Shop {
  price(id: number): Promise<{ id: number; name: string }>;
  byName(): Promise<string>;
}

interface Classes {
  readonly Shop: (new (name: string) => Shop) & { total(n: number): Promise<number> };
  readonly Market: new (name: string) => Shop;
  readonly Heir: new (name: string) => Shop;
  readonly calls: unknown[];
}

const FIXTURE = join(process.cwd(), "spec/functions/fixtures/shop.ts");
const KINDS = { legacy: true, standard: false };

function optionsFor(experimentalDecorators: boolean): ts.CompilerOptions {
  return {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    strict: true,
    skipLibCheck: true,
    types: ["node"],
    experimentalDecorators,
    emitDecoratorMetadata: experimentalDecorators,
  };
}

/** This project is compiled with legacy decorators; the fixture is compiled anew, for either kind. */
function compiled(legacy: boolean): string {
  const fileName = FIXTURE;
  const compilerOptions = optionsFor(legacy);
  return ts.transpileModule(readFileSync(FIXTURE, "utf8"), { fileName, compilerOptions }).outputText;
}

function problems(legacy: boolean): string[] {
  const program = ts.createProgram([FIXTURE], { ...optionsFor(legacy), noEmit: true });
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(FIXTURE))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

function classes(cache: FileCache, legacy: boolean): Classes {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the compiled fixture
  const run = new Function("cache", "exports", compiled(legacy)) as (
    cache: FileCache,
    exports: object,
  ) => void;
  const exported = {};
  run(cache, exported);
  return exported as Classes;
}

for (const [kind, legacy] of Object.entries(KINDS)) {
  describe(`cached as a ${kind} decorator`, () => {
    let folder: Folder;
    let made: Classes;
    beforeEach(() => {
      folder = new Folder();
      made = classes(folder.cache(), legacy);
    });
    afterEach(() => folder.remove());

    it("is of the right types", function () {
      this.timeout(60_000);
      expect(problems(legacy)).to.deep.equal([]);
    });

    it("caches methods by their arguments, with `this` as it is", async () => {
      const shop = new made.Shop("first");
      expect(await shop.price(1)).to.deep.equal({ id: 1, name: "first" });
      expect(await new made.Shop("second").price(1)).to.deep.equal({ id: 1, name: "first" });
      expect(await shop.price(2)).to.deep.equal({ id: 2, name: "first" });
      expect(made.calls).to.deep.equal([1, 2]);
    });

    it("caches static methods", async () => {
      expect([await made.Shop.total(2), await made.Shop.total(2)]).to.deep.equal([4, 4]);
      expect(made.calls).to.deep.equal([2]);
    });

    it("tells methods of equal name and text apart by their class", async () => {
      await new made.Shop("shop").price(1);
      expect(await new made.Market("market").price(1)).to.deep.equal({ id: 1, name: "market" });
    });

    it("keeps name, length and place of a method, and adds the companions", async () => {
      const shop = new made.Shop("shop");
      const price = shop.price as CachedFunction<Shop["price"]>;
      expect([price.name, price.length]).to.deep.equal(["price", 1]);
      expect(Object.keys(made.Shop.prototype as object)).to.deep.equal([]);
      await shop.price(1);
      expect(await price.peek(1)).to.deep.equal({ id: 1, name: "shop" });
      await price.invalidate(1);
      expect(await price.peek(1)).to.equal(undefined);
      expect(price.key(1)).to.match(/^fn:Shop\.price:/);
      expect(await folder.cache().get(price.key(1))).to.equal(undefined);
    });

    it("knows the class of a method once there is an instance", () => {
      const { price } = made.Market.prototype as { price: CachedFunction<Shop["price"]> };
      if (!legacy) expect(() => price.key(1)).to.throw(CacheopsUnsupportedError, "price");
      new made.Market("market");
      expect(price.key(1)).to.match(/^fn:Market\.price:/);
    });

    it("gives `key` the object, and its companions, too", async () => {
      const [one, two] = [new made.Shop("one"), new made.Shop("two")];
      expect([await one.byName(), await two.byName(), await one.byName()]).to.deep.equal([
        "one",
        "two",
        "one",
      ]);
      const { invalidate, peek } = one.byName as CachedFunction<Shop["byName"]>;
      await invalidate.call(one);
      expect([await peek.call(one), await peek.call(two)]).to.deep.equal([undefined, "two"]);
    });

    it("refuses a call on a subclass, which may mean other results, unless there is a `key`", async () => {
      const heir = new made.Heir("heir");
      const error: unknown = await heir.price(1).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(CacheopsUnsupportedError);
      expect((error as Error).message)
        .to.include("Shop.price")
        .and.to.include("subclass");
      expect(await heir.byName()).to.equal("heir");
      expect(made.calls).to.deep.equal([]);
    });
  });
}
