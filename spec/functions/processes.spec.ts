import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { utimesSync } from "node:fs";
import { expect } from "chai";
import { cleanFiles } from "../../src/functions/clean-files";
import { Folder } from "./folder";

const WORKER = require.resolve("./fixtures/worker");

interface Worker {
  readonly child: ChildProcess;
  /** What it printed, and what ended it: an exit code or a signal. */
  readonly ended: Promise<{ result: unknown; end: number | string | null }>;
}

/** `limit` is an option of the shell's ulimit. */
function start(folder: Folder, task: string, argument = "", limit?: string): Worker {
  const args = [process.execPath, WORKER, task, folder.path, argument];
  const child = spawn("/bin/sh", ["-c", `${limit ? `ulimit ${limit} && ` : ""}exec "$@"`, "sh", ...args], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, "close").then(([code, signal]: (number | string | null)[]) => ({
    result: output === "" ? undefined : (JSON.parse(output) as unknown),
    end: signal ?? code ?? null,
  }));
  return { child, ended };
}

describe("a file cache and processes", function () {
  this.timeout(60_000);
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  it("may be several, which read, set, refresh, invalidate and clean the same keys at once", async () => {
    const workers = Array.from({ length: 4 }, () => start(folder, "mixed"));
    let busy = true;
    const all = Promise.all(workers.map(({ ended }) => ended)).finally(() => (busy = false));
    while (busy) {
      const { damaged, problems } = await cleanFiles(folder.path).catch(() => ({ damaged: 0, problems: [] }));
      expect({ damaged, problems }).to.deep.equal({ damaged: 0, problems: [] });
    }
    for (const { result, end } of await all) {
      expect({ result, end }).to.deep.equal({ result: { wrong: 0, errors: [] }, end: 0 });
    }
    expect(folder.files().length, "nothing is left behind but the entries").to.be.at.most(4);
  });

  it("share invalidations: what one was loading then is not stored", async () => {
    const { child, ended } = start(folder, "load");
    const [key] = (await once(child, "message")) as [string];
    const cache = folder.cache();
    await cache.delete("another key");
    expect(folder.files(), "the load's reservation").to.have.length(1);
    await cache.delete(key);
    child.send("go on");
    expect(await ended).to.deep.equal({ result: "old", end: 0 });
    expect(await cache.get(key)).to.equal(undefined);
    expect(folder.files()).to.deep.equal([]);
  });

  for (const [step, expected] of Object.entries({
    reserved: "old",
    "half written": "old",
    written: "old",
    renamed: "new".repeat(100_000),
  })) {
    it(`may be killed in the middle of a set: ${step}`, async () => {
      const cache = folder.cache();
      await cache.set("key", "old");
      await cache.set("other", "kept");
      expect(await start(folder, "killedAt", step).ended).to.deep.equal({
        result: undefined,
        end: "SIGKILL",
      });
      expect([await cache.get("key"), await cache.get("other")]).to.deep.equal([expected, "kept"]);
      const left = folder.files().filter((file) => file.includes("pending"));
      expect(left).to.have.length(expected === "old" ? 1 : 0);
      for (const file of left) utimesSync(file, 0, 0);
      await cleanFiles(folder.path);
      expect(folder.files()).to.have.members([folder.entry("key"), folder.entry("other")]);
      await cache.set("key", "newer");
      expect(await cache.get("key")).to.equal("newer");
    });
  }

  it("go on without files that cannot be written, and leave no old value behind", async () => {
    const { result } = await start(folder, "diskFull", "", "-f 16").ended;
    expect(result).to.deep.equal({
      rejected: "CacheopsStoreError",
      afterSet: null,
      lengths: [10, 100_000, 100_000, 100_000, 100_000],
      left: null,
      runs: 3,
      errors: 2,
    });
    expect(folder.files()).to.deep.equal([]);
  });

  it("may make thousands of calls at once with few file descriptors", async () => {
    const { result } = await start(folder, "crowd", "", "-n 100").ended;
    expect(result).to.deep.equal({ right: true, errors: [] });
  });
});
