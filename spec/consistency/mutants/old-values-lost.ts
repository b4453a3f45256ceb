import type { RowChange } from "../../../src/dependencies/row-change";
import * as written from "../../../src/dependencies/written-rows";

const { changesOfRead, writtenRows } = written;

/** The values that an UPDATE replaces are taken for those that it assigns: the row seems to have been there before. */
function unmoved(changes: readonly RowChange[]): readonly RowChange[] {
  return changes.map((change) =>
    change.before && change.after ? { ...change, before: change.after } : change,
  );
}

Object.assign(written, {
  changesOfRead: (...args: Parameters<typeof changesOfRead>) => unmoved(changesOfRead(...args)),
  writtenRows: (...args: Parameters<typeof writtenRows>) => unmoved(writtenRows(...args)),
});
