import type { IncomingMessage, ServerResponse } from "node:http";
import { withoutPreconditions } from "./conditional";
import { HeldResponse } from "./held-response";
import type { Outgoing } from "./outgoing";
import { Unshared, type View } from "./view";
import type { ViewRequest } from "./view-request";
import type { Draft, Headers } from "./view-response";

/** How a framework goes on with a request. */
export interface Steps {
  /** Lets the handler answer. */
  readonly proceed: () => void;
  /** Sends a response that the handler knows nothing of. */
  readonly send: (outgoing: Outgoing) => void;
  readonly fail: (error: unknown) => void;
}

/** Answers a request from a view where the handler writes to Node's own response. */
export async function exchange<R extends object>(
  view: View<R>,
  request: ViewRequest<R>,
  { raw, response, before }: { raw: IncomingMessage; response: ServerResponse; before: Headers },
  { proceed, send, fail }: Steps,
): Promise<void> {
  let held: HeldResponse | undefined;
  const draft = async (): Promise<Draft> => {
    if (held) throw new Unshared("The handler has answered already.");
    held = new HeldResponse(response, before);
    const restore = withoutPreconditions(raw.headers);
    proceed();
    return held.draft.finally(restore);
  };
  try {
    const verdict = await view.answer(request, draft);
    if (held?.isHeld) held.release(verdict.kind === "send" ? verdict.outgoing : undefined);
    else if (held)
      return; // it went through in pieces
    else if (verdict.kind === "send") send(verdict.outgoing);
    else proceed();
  } catch (error) {
    if (held?.isHeld) held.release();
    else if (!held) fail(error);
  }
}
