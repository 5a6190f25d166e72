import { Activity } from "./activity.ts";
import type { Namespace } from "./counted-env.ts";
import { countStorage } from "./counted-storage.ts";
import { count } from "./counts.ts";

/** What the platform calls by itself, and bills: no stub has counted it. */
const CALLED_BY_PLATFORM = ["alarm", "webSocketMessage"];

const activities = new WeakMap<object, Activity>();

/** Has a context count what is stored, and how long promises keep the object active. */
export function countedContext<Context extends DurableObjectState>(
  name: Namespace,
  ctx: Context,
): Context {
  count(`${name}.constructor`);
  countStorage(name, ctx.storage);
  const activity = activityOf(name, ctx);
  const keep = ctx.waitUntil.bind(ctx);
  const value = (promise: Promise<unknown>) => keep(activity.during(() => promise));
  Object.defineProperty(ctx, "waitUntil", { value });
  return ctx;
}

type Class = { readonly prototype: object };

/** Has every method of a class count how long it keeps its object active, and what the platform calls. */
export function countActivity(name: Namespace, counted: Class): void {
  for (const [method, call] of methodsOf(Object.getPrototypeOf(counted.prototype) as object)) {
    const value = function (this: { readonly ctx: object }, ...given: readonly unknown[]): unknown {
      if (CALLED_BY_PLATFORM.includes(method)) count(`${name}.${method}`);
      return activityOf(name, this.ctx ?? this).during(() => call.apply(this, [...given]));
    };
    Object.defineProperty(counted.prototype, method, { value });
  }
}

type Method = (...given: readonly unknown[]) => unknown;

function methodsOf(prototype: object): readonly (readonly [string, Method])[] {
  return Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([name, { value }]) =>
    name !== "constructor" && typeof value === "function" ? [[name, value as Method]] : [],
  );
}

function activityOf(name: Namespace, ctx: object): Activity {
  const known = activities.get(ctx);
  if (known !== undefined) return known;
  const activity = new Activity(name);
  activities.set(ctx, activity);
  return activity;
}
