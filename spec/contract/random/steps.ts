import * as fc from "fast-check";
import type { Claim, Dependency } from "../../../src/stores/store";
import { all, claim, part, some } from "../addresses";
import type { World } from "./world";

/** One step in words, so that a counterexample can be read. */
type Step =
  | { readonly do: "look"; readonly slot: number; readonly on: readonly Aim[] }
  | { readonly do: "put"; readonly slot: number; readonly told: readonly string[] }
  | { readonly do: "learn"; readonly writer: string; readonly record: string }
  | { readonly do: "fence" | "die"; readonly writer: string; readonly claim: Aim }
  | { readonly do: "replace"; readonly writer: string }
  | { readonly do: "lose"; readonly record: string; readonly part: string | undefined }
  | { readonly do: "clear" };

/** Schemes and parts of a record; none: all of it. */
interface Aim {
  readonly record: string;
  readonly names: readonly string[] | undefined;
}

const SCHEMES = ["id", "owner", "name"];
const PARTS = SCHEMES.flatMap((scheme) => [`${scheme}/1`, `${scheme}/2`]);

const record = fc.constantFrom("city", "city", "country");
const slot = fc.nat({ max: 2 });
const writer = fc.constantFrom("first", "second");
const names = fc.uniqueArray(fc.constantFrom(...SCHEMES, ...PARTS, ...PARTS), { maxLength: 3 });
const aim = fc.record({ record, names: fc.option(names, { nil: undefined, freq: 5 }) });
const anyAim = fc.oneof({ weight: 20, arbitrary: aim }, fc.constant({ record: "", names: undefined }));

/** Few, so that the same is asked again. */
const QUESTIONS: readonly (readonly Aim[])[] = [
  [{ record: "city", names: ["id/1"] }],
  [{ record: "city", names: ["id/1", "owner"] }],
  [{ record: "city", names: ["owner/1", "name/2"] }],
  [
    { record: "city", names: ["id/2"] },
    { record: "country", names: ["id"] },
  ],
  [
    { record: "city", names: undefined },
    { record: "country", names: ["name/1", "name"] },
  ],
  [
    { record: "country", names: ["id/1"] },
    { record: "country", names: ["name"] },
    { record: "city", names: [] },
  ],
];

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.record({
      do: fc.constant("look" as const),
      slot,
      on: fc.constantFrom(...QUESTIONS),
    }),
  },
  {
    weight: 40,
    arbitrary: fc.record({
      do: fc.constant("put" as const),
      slot,
      told: fc.uniqueArray(fc.constantFrom(...PARTS), { maxLength: 3 }),
    }),
  },
  { weight: 10, arbitrary: fc.record({ do: fc.constant("learn" as const), writer, record }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constant("fence" as const), writer, claim: anyAim }) },
  { weight: 25, arbitrary: fc.record({ do: fc.constant("replace" as const), writer }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("die" as const), writer, claim: anyAim }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("lose" as const),
      record,
      part: fc.option(fc.constantFrom(...PARTS), { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "clear" as const }) },
);

export const steps = fc.array(step, { minLength: 20, maxLength: 60, size: "max" });

export async function take(world: World, taken: Step): Promise<void> {
  switch (taken.do) {
    case "look":
      // Like a statement: what it relies on before its result is known is the same each time.
      return world.look(
        taken.slot,
        JSON.stringify(taken.on),
        taken.on.map((on) => dependencyOn(world, on)),
      );
    case "put":
      return world.put(taken.slot, taken.told.map(part));
    case "learn":
      return world.learn(taken.writer, world.record(taken.record));
    case "fence":
      return world.fence(taken.writer, claimOf(world, taken.claim));
    case "die":
      return world.die(taken.writer, claimOf(world, taken.claim));
    case "replace":
      return world.replace(taken.writer);
    case "lose":
      return world.lose(world.record(taken.record), taken.part === undefined ? undefined : part(taken.part));
    case "clear":
      return world.clear();
  }
}

function dependencyOn(world: World, { record: name, names: wanted }: Aim): Dependency {
  return wanted ? some(world.record(name), ...wanted) : all(world.record(name));
}

function claimOf(world: World, { record: name, names: wanted }: Aim): Claim {
  return wanted ? claim(world.record(name), "", ...wanted) : all(world.record(name));
}
