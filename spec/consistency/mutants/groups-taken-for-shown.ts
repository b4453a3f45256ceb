import { Select } from "../../../src/sql/select";

/** Groups that LIMIT drops are taken to be in the result, so that it tells the rows that they are made of. */
Object.assign(Select.prototype, {
  showsGroups(this: Select): boolean {
    return this.grouped;
  },
});
