import { Session } from "../../../src/core/session";

const unshareable = Object.getOwnPropertyDescriptor(Session.prototype, "unshareable")?.get;

/** Isolation is not looked at: a snapshot of the past is shared with everybody. */
Object.defineProperty(Session.prototype, "unshareable", {
  get(this: Session): Session["unshareable"] {
    const reason = unshareable?.call(this) as Session["unshareable"];
    return reason === "isolation" ? undefined : reason;
  },
});
