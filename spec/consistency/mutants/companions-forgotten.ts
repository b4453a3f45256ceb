import * as reads from "../../../src/dependencies/companion-reads";

/** Rows are taken to have nothing that goes along with them. */
Object.assign(reads, {
  companionsIn: (_rows: unknown, { values }: reads.CompanionRead) =>
    new Map([...values].map((value) => [value, []])),
});
