import { expect } from "chai";
import { createCodec } from "../../../src/core/codec";
import { compressing } from "../../../src/core/compression";

const ROWS = Array.from({ length: 200 }, (_, id) => ({ id, name: `City ${id % 7}`, at: new Date(id) }));

describe("compression", () => {
  const plain = createCodec();
  const above = (bytes: number) => compressing(createCodec(), bytes);

  it("makes less of what is larger than its limit, and the same of the rest", () => {
    const { byteLength } = plain.encode(ROWS);
    expect(above(byteLength - 1).encode(ROWS).byteLength).to.be.below(byteLength / 2);
    expect(above(byteLength).encode(ROWS)).to.deep.equal(plain.encode(ROWS));
  });

  it("gives back what was stored under any limit", () => {
    for (const writer of [plain, above(0), above(100), above(Infinity)])
      for (const reader of [above(0), above(Infinity)]) {
        expect(reader.decode(writer.encode(ROWS))).to.deep.equal(ROWS);
        expect(reader.decode(writer.encode(null))).to.equal(null);
      }
  });

  it("notices what is cut or changed", () => {
    const payload = above(0).encode(ROWS);
    const changed = Buffer.from(payload).fill(0xff, 10, 20);
    for (const damaged of [payload.subarray(0, -1), payload.subarray(0, 1), changed])
      expect(() => above(0).decode(damaged)).to.throw();
  });
});
