import { readEnvironment } from "../config/environment.ts";
import type { Fault } from "../config/fault.ts";
import { judgeUrl, type UrlPolicy, urlFault } from "../config/url-guard.ts";
import { isJsonObject } from "../lang/json.ts";
import type { Given } from "./given.ts";
import type { Problem } from "./problem.ts";

/** Options that are a URL each, in a body as in a query. */
const URL_OPTIONS = ["callback_url", "state_webhook_url"] as const;

/** Who asks where: the host that was asked is the gateway's own. */
type Caller = { readonly request: Request; readonly env: object };

/** A place and what stands there, which may be anything. */
type Place = readonly [path: string, value: unknown];

/** What the guard has against the URLs of a trigger, also where something else in it is wrong. */
export function urlFaultsOf(body: Given, query: Given, call: Caller): readonly Fault[] {
  const places: readonly Place[] = [
    ...URL_OPTIONS.map((name): Place => [name, body[name]]),
    ...placesInCallbacks(body["callbacks"]),
    ...URL_OPTIONS.map((name): Place => [`query.${name}`, query[name]]),
  ];
  return places.flatMap((place) => urlFaultsAt(place, call));
}

/** What the guard has against one URL. What is no text is the schema's business. */
export function urlFaultsAt([path, value]: Place, { request, env }: Caller): readonly Fault[] {
  if (typeof value !== "string") return [];
  const policy: UrlPolicy = {
    ownHosts: [new URL(request.url).host],
    allowHttp: readEnvironment(env).allowHttp,
  };
  const judged = judgeUrl(value, policy);
  return judged.ok ? [] : [{ path, message: urlFault(judged.reason) }];
}

function placesInCallbacks(callbacks: unknown): readonly Place[] {
  if (!Array.isArray(callbacks)) return [];
  const given: readonly unknown[] = callbacks;
  return given.map((callback, index) => [
    `callbacks[${index}].url`,
    isJsonObject(callback) ? callback["url"] : undefined,
  ]);
}

/** For a request that has nothing wrong with it but its URLs. */
export function urlNotAllowed(errors: readonly Fault[]): Problem {
  const places = errors.map(({ path }) => path).join(", ");
  return {
    code: "url_not_allowed",
    detail: `Holdline sends nothing there: ${places}. Nothing was done`,
    errors,
  };
}
