import * as z from "zod/mini";
import { type Fault, faultsOf } from "../config/fault.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { readJsonBody } from "./body.ts";
import type { Call } from "./call.ts";
import { invalidRequest, type Problem } from "./problem.ts";
import { readQuery } from "./watch-query.ts";

/** For routes that take nothing by query. */
export const NO_QUERY = z.strictObject({});

type Schemas<Body> = { readonly body: Body; readonly query: typeof NO_QUERY };

/** A small body of options, or all that is wrong with it and with the query. */
export async function readOptions<Body extends z.ZodMiniObject>(
  { request }: Call,
  schemas: Schemas<Body>,
): Promise<Result<z.output<Body>, Problem>> {
  const body = await readJsonBody(request);
  if (!body.ok) return body;
  const parsed = schemas.body.safeParse(body.value);
  const query = readQuery(schemas.query, request);
  const faults: readonly Fault[] = [
    ...(parsed.success ? [] : faultsOf(parsed.error, () => Object.keys(schemas.body.shape))),
    ...(query.ok ? [] : (query.reason.errors ?? [])),
  ];
  return parsed.success && query.ok ? ok(parsed.data) : refuse(invalidRequest(faults));
}
