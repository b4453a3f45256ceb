import { type StoreUnderTest, useStore } from "./fixture";
import { describeAges } from "./store/ages";
import { describeCrowds } from "./store/crowds";
import { describeEntries } from "./store/entries";
import { describeFreshness } from "./store/freshness";
import { describeKeyspace } from "./store/keyspace";
import { describeMarks } from "./store/marks";
import { describePartMarks } from "./store/part-marks";
import { describeParts } from "./store/parts";
import { describeSchemes } from "./store/schemes";
import { describeVersions } from "./store/versions";

/** What every `CacheStore` must do. */
export function describeStoreContract(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`store contract: ${name}`, () => {
    const fixture = useStore(makeStore);
    describeEntries(fixture);
    describeVersions(fixture);
    describeMarks(fixture);
    describeSchemes(fixture);
    describeParts(fixture);
    describePartMarks(fixture);
    describeAges(fixture);
    describeFreshness(fixture);
    describeKeyspace(fixture);
    describeCrowds(fixture);
  });
}
