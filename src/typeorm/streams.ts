import { finished, type Readable } from "node:stream";
import type { DataSource, QueryRunner } from "typeorm";
import { currentScope } from "../core/scope";
import { type Method, type Patch, prototypeWith } from "./patch";
import { installedFor } from "./registry";

/**
 * `stream()` is the one way to a statement without events, and DELETE … RETURNING, a WITH that writes
 * and a function that writes can be streamed. The fence stays up until the stream has ended: rows
 * change while it is read.
 */
export function streamPatches(dataSource: DataSource): readonly Patch[] {
  const queryRunner = dataSource.createQueryRunner();
  return [{ prototype: prototypeWith(queryRunner, "stream"), name: "stream", wrap: fenced }];
}

function fenced(original: Method): Method {
  return async function (this: unknown, ...args) {
    const queryRunner = this as QueryRunner;
    const installation = installedFor(queryRunner);
    if (!installation) return original.apply(this, args);
    currentScope().recording?.refuse("unparsed", "a stream");
    await queryRunner.connect();
    const pending = await installation.before(queryRunner, args[0] as string);
    if (!pending) return original.apply(this, args);
    try {
      const stream = (await original.apply(this, args)) as Readable;
      finished(stream, (error) => void pending.settle(error ? "failed" : "done"));
      return stream;
    } catch (error) {
      await pending.settle("failed");
      throw error;
    }
  };
}
