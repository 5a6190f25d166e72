import type { Reply } from "../http.ts";

/** What Discord refuses, with its own codes and words. */
export const REFUSALS = {
  unknownChannel: { status: 404, code: 10_003, message: "Unknown Channel" },
  unknownMessage: { status: 404, code: 10_008, message: "Unknown Message" },
  unknownWebhook: { status: 404, code: 10_015, message: "Unknown Webhook" },
  unknownInteraction: { status: 404, code: 10_062, message: "Unknown interaction" },
  unauthorized: { status: 401, code: 0, message: "401: Unauthorized" },
  notFound: { status: 404, code: 0, message: "404: Not Found" },
  tooManyFollowUps: { status: 400, code: 40_094, message: "Too many follow-up messages" },
  tooLarge: { status: 413, code: 40_005, message: "Request entity too large" },
  tooManyFiles: {
    status: 400,
    code: 30_015,
    message: "Maximum number of attachments reached (10)",
  },
  notTheAuthor: {
    status: 403,
    code: 50_005,
    message: "Cannot edit a message authored by another user",
  },
  emptyMessage: { status: 400, code: 50_006, message: "Cannot send an empty message" },
  expiredToken: { status: 401, code: 50_027, message: "Invalid Webhook Token" },
  wrongContentType: { status: 400, code: 50_035, message: "Invalid Form Body" },
  noJson: { status: 400, code: 50_109, message: "The request body contains invalid JSON." },
} as const satisfies { readonly [name: string]: Refusal };

export type Refusal = { readonly status: number; readonly code: number; readonly message: string };

/** One thing that is wrong with a body, and where: `["components", "0", "label"]`. */
export type FormFault = {
  readonly path: readonly string[];
  readonly code: string;
  readonly message: string;
};

/** What is wrong, or what was found to be right. */
export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: Refusal; readonly faults: readonly FormFault[] };

export function refused(
  refusal: Refusal,
  faults: readonly FormFault[] = [],
): { readonly ok: false; readonly refusal: Refusal; readonly faults: readonly FormFault[] } {
  return { ok: false, refusal, faults };
}

/** The refusal of a body, which names every fault at its place. */
export function invalidForm(faults: readonly FormFault[]) {
  return refused(REFUSALS.wrongContentType, faults);
}

export function refusalReply(
  { status, code, message }: Refusal,
  faults: readonly FormFault[] = [],
): Reply {
  const errors = faults.length === 0 ? {} : { errors: treeOf(faults) };
  return { status, body: { message, code, ...errors } };
}

type Tree = { [name: string]: unknown };

/** As Discord nests them: the shape of the body, with the faults of a leaf under `_errors`. */
function treeOf(faults: readonly FormFault[]): Tree {
  const tree: Tree = {};
  for (const { path, code, message } of faults) {
    let node = tree;
    for (const name of path) {
      node[name] ??= {};
      node = node[name] as Tree;
    }
    node["_errors"] = [...((node["_errors"] as readonly unknown[]) ?? []), { code, message }];
  }
  return tree;
}
