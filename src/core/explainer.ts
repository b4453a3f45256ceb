import { changedBy, NOTHING, union } from "../dependencies/writes";
import type { Analysis } from "../sql/analysis";
import { planCaching, type PlanContext } from "./caching-plan";
import { dropsOf, explainRead, explainWrite, type Explanation } from "./explanation";
import type { ReadRequest } from "./read-request";
import { RowWrite, type RowWriteContext } from "./row-writes";
import type { Session } from "./session";

export interface ExplainerContext extends RowWriteContext {
  readonly analyse: (sql: string) => Analysis;
  readonly plan: PlanContext;
  readonly enabled: () => boolean;
}

/** A statement that is not run. */
export interface Explained {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly entity: string | undefined;
  readonly manual: ReadRequest["manual"];
  readonly locks: boolean;
  /** Of a connection of which nothing is known. */
  readonly session: () => Session;
}

/** Says what would become of a statement, by the same decisions that are taken when it is run. */
export class Explainer {
  readonly #context: ExplainerContext;

  constructor(context: ExplainerContext) {
    this.#context = context;
  }

  async explain(explained: Explained): Promise<Explanation> {
    const { analyse, plan, enabled } = this.#context;
    const analysis = analyse(explained.sql);
    if (analysis.statements.some(({ writes }) => writes.kind !== "none"))
      return this.#write(explained, analysis);
    const request: ReadRequest = { ...explained, settings: "", method: "many" };
    return explainRead(planCaching(request, analysis, enabled(), {}, plan), explained.entity);
  }

  async #write({ parameters, session }: Explained, analysis: Analysis): Promise<Explanation> {
    const coarser = new Set<string>();
    const context = { ...this.#context, coarser: (why: string): void => void coarser.add(why) };
    const { schema } = context;
    const rows = RowWrite.describe(analysis, parameters, context);
    await rows?.learnSchemes();
    const writes =
      rows?.writes ??
      analysis.statements.map((each) => changedBy(each.writes, schema)).reduce(union, NOTHING);
    const isAskable = session().inTransaction || session().canBeWrapped;
    const probes = isAskable && (rows?.wanted().size ?? 0) > 0;
    const drops = await dropsOf(writes, context);
    return explainWrite(writes, { drops, probes, coarser: [...coarser] });
  }
}
