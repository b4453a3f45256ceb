import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly bin: Readonly<Record<"typeorm-cacheops", string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

export const project = resolve(__dirname, "../../..");

/** What a consumer's project has besides: for the smoke test and for types. */
const COMPANIONS = ["sql.js", "@types/node", "undici-types"];

/** A consumer's project with the package as npm would publish it. */
export class Packed {
  private constructor(
    readonly folder: string,
    readonly manifest: Manifest,
    /** Size of the tarball. */
    readonly bytes: number,
  ) {}

  /** Needs a built package. Dependencies are links to this project's, so that nothing is fetched. */
  static install(): Packed {
    const folder = mkdtempSync(join(tmpdir(), "cacheops-consumer-"));
    const target = join(folder, "node_modules/typeorm-cacheops");
    mkdirSync(target, { recursive: true });
    const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
    const tarball = execFileSync("npm", pack, { cwd: project, encoding: "utf8" }).trim();
    execFileSync("tar", ["-xzf", join(folder, tarball), "-C", target, "--strip-components=1"]);
    const manifest = JSON.parse(readFileSync(join(target, "package.json"), "utf8")) as Manifest;
    const names = [...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }), ...COMPANIONS];
    for (const name of names) link(name, folder);
    return new Packed(folder, manifest, statSync(join(folder, tarball)).size);
  }

  /** Specifiers of everything that can be imported as code. */
  get entries(): string[] {
    return Object.entries(this.manifest.exports)
      .filter(([, target]) => typeof target === "object")
      .map(([subpath]) => join("typeorm-cacheops", subpath));
  }

  /** Paths of all files of the package. */
  files(): string[] {
    const root = join(this.folder, "node_modules/typeorm-cacheops");
    return readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  }

  /** Runs Node with the consumer's project as its folder, and gives what it printed. */
  node(...args: string[]): string {
    return execFileSync(process.execPath, args, { cwd: this.folder, encoding: "utf8" });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function link(name: string, folder: string): void {
  const place = join(folder, "node_modules", name);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(join(project, "node_modules", name), place);
}
