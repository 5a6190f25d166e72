import { type Failure, failureOf } from "../../core/plugin/outcome.ts";
import type { PluginRequest } from "../../core/plugin/request.ts";
import { RESPONSE_BYTES_MAX, readResponse } from "../../core/plugin/response.ts";
import { messageOf } from "../../lang/message-of.ts";
import { refuse } from "../../lang/result.ts";
import { utf8Prefix } from "../../lang/text.ts";
import type { Invoke } from "./plugin-call.ts";
import { type Asked, manifestOf } from "./plugin-manifest.ts";

/** A plugin Worker as the gateway sees it: the entrypoint `Plugin` behind a service binding. */
export type PluginBinding = {
  manifest(): Promise<unknown>;
  invoke(request: PluginRequest, job?: object): Promise<unknown>;
};

/** A plugin's first line says what broke; its further lines may be a stack, which is nobody's business. */
const THROWN_BYTES_MAX = 1000;

/** The plugin behind a binding, or `undefined` where a later deploy took it away. */
export function boundPlugin(env: object, binding: string | null): PluginBinding | undefined {
  if (binding === null) return undefined;
  return (env as { readonly [binding: string]: PluginBinding | undefined })[binding];
}

/** Asks a bound plugin what it is. */
export async function bindingManifest(plugin: PluginBinding | undefined): Promise<Asked> {
  return plugin === undefined ? refuse(NOT_BOUND) : manifestOf(await plugin.manifest());
}

const NOT_BOUND = "The plugin is not bound to the gateway at present";

/** Calls a bound plugin, with the job as a capability where there is one. */
export function bindingInvoke(plugin: PluginBinding | undefined): Invoke {
  return async (request, { job }) => {
    if (plugin === undefined) return failureOf("transport", NOT_BOUND);
    try {
      const answer = job === undefined ? plugin.invoke(request) : plugin.invoke(request, job);
      return readResponse(jsonText(await answer));
    } catch (cause) {
      return thrown(cause);
    }
  };
}

/**
 * `remote` marks what the plugin's own code threw; without it, the call itself broke.
 *
 * @see https://developers.cloudflare.com/workers/runtime-apis/rpc/error-handling/
 */
function thrown(cause: unknown): Failure {
  if (isBeyondRpc(cause)) return failureOf("protocol_fault", BEYOND_RPC);
  const isRemote = cause instanceof Error && (cause as { remote?: unknown }).remote === true;
  if (!isRemote) return failureOf("transport", "The call to the plugin broke off");
  const [firstLine = ""] = cause.message.split("\n");
  return failureOf("plugin_error", `The plugin threw: ${utf8Prefix(firstLine, THROWN_BYTES_MAX)}`, {
    code: "plugin_threw",
  });
}

/** The platform's own limit stops such an answer before it can be measured. */
const BEYOND_RPC = `Cannot take an answer of more than 32 MiB: the limit is ${RESPONSE_BYTES_MAX} bytes`;

/**
 * Whether the answer was too large for a call between Workers. Nothing but its message tells this error
 * from others; the request is far below that limit, so it can only be the answer.
 *
 * @see https://developers.cloudflare.com/workers/runtime-apis/rpc/#limitations
 */
function isBeyondRpc(cause: unknown): boolean {
  return cause instanceof Error && /^Serialized RPC .* limited to 32\s?MiB/.test(cause.message);
}

/** A binding returns a value, the protocol speaks of JSON: what JSON cannot say ends as a fault. */
function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch (cause) {
    // A cycle or a BigInt. The message names which; it is kept as the excerpt of a protocol fault.
    return `not JSON: ${messageOf(cause)}`;
  }
}
