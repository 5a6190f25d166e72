/**
 * The gateway with a job object that says aloud whenever it is made and whatever it is asked: what the
 * platform would bill. Everything else is the gateway as it is deployed.
 */
import gateway, { JobObject as RealJobObject } from "../../../workers/gateway/index.ts";

// The configuration names them. Not counted.
export {
  BreakerObject,
  EndpointObject,
  KeyObject,
  LaneObject,
} from "../../../workers/gateway/index.ts";

const ASKED = [
  "fetch",
  "submit",
  "snapshot",
  "events",
  "claim",
  "run",
  "extend",
  "progress",
  "report",
  "cancel",
  "alarm",
  "webSocketMessage",
] as const;

export class JobObject extends RealJobObject {
  constructor(...args: ConstructorParameters<typeof RealJobObject>) {
    super(...args);
    console.log("counted: constructor");
  }
}

for (const name of ASKED) {
  const real = RealJobObject.prototype[name] as (...args: unknown[]) => unknown;
  Object.defineProperty(JobObject.prototype, name, {
    value(this: JobObject, ...args: unknown[]) {
      console.log(`counted: ${name}`);
      return real.apply(this, args);
    },
  });
}

export default gateway;
