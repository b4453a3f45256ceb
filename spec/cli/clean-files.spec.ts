import {
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { cleanFiles } from "../../src/functions/clean-files";
import { Folder } from "../functions/folder";
import { type Ended, UserProject } from "../support/user-project";

/** Loaded before the program: some files cannot be removed. (Permissions would not keep root from it.) */
const DENIED = `
  const fs = require("node:fs/promises");
  const { unlink } = fs;
  fs.unlink = async (path) => {
    if (path === process.env.DENIED) throw Object.assign(new Error("EACCES: " + path), { code: "EACCES" });
    return unlink(path);
  };
`;

describe("npx typeorm-cacheops clean-files", function () {
  this.timeout(30_000);
  let project: UserProject;
  let folder: Folder;
  before(() => (project = new UserProject({ "denied.cjs": DENIED })));
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());
  after(() => project.remove());

  const clean = (path = folder.path): Promise<Ended> => project.cli(["clean-files", path]);
  const size = (path: string): number => readFileSync(path).length;
  const reservation = (key: string): string =>
    join(folder.path, "cacheops-pending", `${nameFor(key)}.123e4567-e89b-42d3-a456-426614174000`);
  const nameFor = (key: string): string => {
    const path = folder.entry(key).slice(folder.path.length + 1);
    return path.replace("/", "").replace(".cacheops", "");
  };

  it("removes what is expired, damaged and abandoned, keeps the rest, and says so", async () => {
    const cache = folder.cache();
    await cache.set("kept", 1, "1h");
    await cache.set("damaged", "x".repeat(1000), "1h");
    folder.time -= 3_600_000;
    await cache.set("expired", "y".repeat(5000), "59m");
    truncateSync(folder.entry("damaged"), 700);
    writeFileSync(reservation("running"), "half");
    writeFileSync(reservation("abandoned"), "half a value");
    utimesSync(reservation("abandoned"), 0, 0);
    const freed = 700 + size(folder.entry("expired")) + 12;

    expect(await clean()).to.deep.equal({
      code: 0,
      stdout: `Entries: 1 kept, 3 removed (1 expired, 1 damaged, 1 abandoned). Bytes freed: ${freed}.\n`,
      stderr: "",
    });
    expect(folder.files()).to.have.members([folder.entry("kept"), reservation("running")]);
    expect((await clean()).stdout).to.equal(
      "Entries: 1 kept, 0 removed (0 expired, 0 damaged, 0 abandoned). Bytes freed: 0.\n",
    );
  });

  it("never touches foreign files, in whatever place and of whatever name", async () => {
    await folder.cache().set("key", 1, "1h");
    const foreign = [
      "notes.txt",
      "ab/notes.txt",
      "ab/0123.cacheops",
      `ab/${"0".repeat(62)}.cacheops.bak`,
      `abc/${"0".repeat(62)}.cacheops`,
      `${"0".repeat(62)}.cacheops`,
      "cacheops-pending/notes.txt",
      "ab/deeper/notes.txt",
    ].map((path) => join(folder.path, path));
    for (const path of foreign) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, "mine");
      utimesSync(path, 0, 0);
    }
    const outside = join(folder.path, "notes.txt");
    const link = join(folder.path, "ab", `${"1".repeat(62)}.cacheops`);
    symlinkSync(outside, link);
    expect((await clean()).stdout).to.include("Entries: 1 kept, 0 removed");
    for (const path of [...foreign, link]) expect(existsSync(path), path).to.equal(true);
  });

  it("goes on when a file cannot be removed, and fails in the end", async () => {
    const cache = folder.cache();
    for (const key of ["a", "b", "c"]) {
      await cache.set(key, key);
      truncateSync(folder.entry(key), 5);
    }
    const env = { NODE_OPTIONS: "--require ./denied.cjs", DENIED: folder.entry("b") };
    const { code, stdout, stderr } = await project.cli(["clean-files", folder.path], env);
    expect(stdout).to.include("0 kept, 2 removed");
    expect(stderr).to.equal(
      `Error: Files that could not be cleaned: 1. The first: EACCES: ${folder.entry("b")}\n`,
    );
    expect(code).to.equal(1);
    expect(folder.files()).to.deep.equal([folder.entry("b")]);
  });

  it("fails for what is no file cache, and leaves it as it is", async () => {
    const file = join(folder.path, "file");
    writeFileSync(file, "mine");
    const missing = join(folder.path, "missing");
    const problems: [string, string][] = [
      [missing, "There is no folder"],
      [file, "There is no folder"],
      [folder.path, "is not the folder of a file cache"],
    ];
    for (const [path, problem] of problems) {
      const { code, stdout, stderr } = await clean(path);
      expect({ code, stdout }).to.deep.equal({ code: 1, stdout: "" });
      expect(stderr).to.include(problem).and.to.include(path);
    }
    expect(existsSync(missing)).to.equal(false);
    expect(folder.files()).to.deep.equal([file]);
  });

  it("ends with 2 and the usage for a wrong command line, and with 0 for help", async () => {
    for (const args of [[], ["a", "b"], [folder.path, "--frobnicate"]]) {
      const { code, stdout, stderr } = await project.cli(["clean-files", ...args]);
      expect({ code, stdout }).to.deep.equal({ code: 2, stdout: "" });
      expect(stderr).to.include("Usage: typeorm-cacheops clean-files");
    }
    expect((await project.cli(["clean-files", "--help"])).code).to.equal(0);
  });

  it("goes by the time at which it runs, and cleans thousands", async () => {
    const cache = folder.cache();
    for (let n = 0; n < 2000; n++) await cache.set(`key ${n}`, n, n < 1500 ? "1m" : "1h");
    expect(await cleanFiles(folder.path, folder.time + 59_999)).to.include({ kept: 2000, expired: 0 });
    expect(await cleanFiles(folder.path, folder.time + 60_000)).to.include({ kept: 500, expired: 1500 });
    expect(folder.files()).to.have.length(500);
  });
});
