import type { Codec } from "./codec";
import type { Relied } from "./merged-dependencies";

/** What a function read, if that is what its result relies on. */
export interface FunctionReads extends Relied {
  /** Milliseconds that the result is kept. */
  readonly timeout: number;
  /** Milliseconds past which nothing that is made of it may be kept. */
  readonly limit?: number | undefined;
  /** What it relies on more coarsely than it read it, in words. */
  readonly coarser?: readonly string[] | undefined;
}

/** What a function gave. Its reads go with it: a function that calls it relies on them, too. */
export interface FunctionValue {
  readonly value: unknown;
  readonly read: FunctionReads | undefined;
}

const LENGTH_BYTES = 4;

/** The length of what it relies on, that as JSON, and the value in the codec's bytes. */
export function encodeValue({ value, read }: FunctionValue, codec: Codec): Buffer {
  const payload = codec.encode(value);
  const relied = read ? Buffer.from(JSON.stringify(read)) : Buffer.alloc(0);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(relied.byteLength);
  return Buffer.concat([length, relied, payload]);
}

/** @throws if `payload` is not what `encodeValue` of this codec makes. */
export function decodeValue(payload: Buffer, codec: Codec): FunctionValue {
  const length = payload.readUInt32BE(0);
  const relied = payload.toString("utf8", LENGTH_BYTES, LENGTH_BYTES + length);
  return {
    value: codec.decode(payload.subarray(LENGTH_BYTES + length)),
    read: length === 0 ? undefined : (JSON.parse(relied) as FunctionReads),
  };
}
