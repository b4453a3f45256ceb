import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { TYPEORM_FOLDER } from "./typeorm";

/** Where `npm test` runs mocha. */
const ROOT = process.cwd();

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A user's project with the built package, for programs that run in processes of their own. */
export class UserProject {
  readonly #folder = mkdtempSync(join(tmpdir(), "cacheops-project-"));

  constructor(files: Readonly<Record<string, string>>) {
    mkdirSync(join(this.#folder, "node_modules"));
    symlinkSync(ROOT, join(this.#folder, "node_modules/typeorm-cacheops"));
    symlinkSync(TYPEORM_FOLDER, join(this.#folder, "node_modules/typeorm"));
    for (const name of ["reflect-metadata", "pg", "redis", "express", "nunjucks"]) {
      symlinkSync(join(ROOT, "node_modules", name), join(this.#folder, "node_modules", name));
    }
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.#folder, name), text);
  }

  /** `npx typeorm-cacheops <args>` */
  cli(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      bin: Record<string, string>;
    };
    return this.node([resolve(ROOT, manifest.bin["typeorm-cacheops"] as string), ...args], env);
  }

  node(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const child = spawn(process.execPath, args, { cwd: this.#folder, env: { ...process.env, ...env } });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    return new Promise((done, failed) => {
      child.on("error", failed);
      child.on("close", (code) => done({ code, stdout, stderr }));
    });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
