import type { Autocomplete } from "../channels/discord/interaction.ts";
import { type Suggestion, suggestReply } from "../channels/discord/reply.ts";
import { scopeOf } from "../channels/discord/scope.ts";
import type { Run } from "../core/channel/channel-settings.ts";
import { fill } from "../core/template/fill.ts";
import { logWarning } from "../edge/log.ts";
import { isJsonObject, type Json, type JsonObject } from "../lang/json.ts";
import { seconds } from "../lang/time.ts";
import type { Call } from "./call.ts";
import { findCommand } from "./discord-command.ts";
import { invokeNow } from "./immediate.ts";
import { findTarget } from "./target.ts";

/** Somebody is typing: what takes longer is of no use to them. */
const SUGGEST_MS_MAX = seconds(2);

/**
 * What could be typed, as an `immediate` command of a plugin suggests it. What goes wrong suggests
 * nothing: nobody has sent anything yet.
 */
export async function suggestions(call: Call, typed: Autocomplete): Promise<JsonObject> {
  const { path, focused } = typed;
  const command = findCommand(call, { path, commandType: "slash" });
  const option = command?.options.find(({ name }) => name === focused.name);
  const run = option?.autocomplete ?? null;
  if (run === null) return suggestReply([]);
  const scope = { ...scopeOf(typed), text: focused.value, option: focused.name };
  return suggestReply(suggestionsIn(await suggested(call, run, scope)));
}

async function suggested(call: Call, run: Run, scope: JsonObject): Promise<Json> {
  const { plugin, command } = run;
  const payload = run.payload === null ? scope : fill(run.payload, scope).value;
  const target = await findTarget({ ...call, params: { plugin, command } });
  if (!target.ok || target.value.spec.timing !== "immediate") {
    logWarning("discord.no_suggestions", { plugin, command, reason: "not an immediate command" });
    return null;
  }
  const outcome = await invokeNow(call, target.value, { payload, timeoutMs: SUGGEST_MS_MAX });
  return outcome.kind === "success" ? outcome.result.output : null;
}

/** A list, or an object with one under `choices`: of texts and numbers, or of names with their values. */
function suggestionsIn(output: Json): readonly Suggestion[] {
  const listed = isJsonObject(output) ? output["choices"] : output;
  if (!Array.isArray(listed)) return [];
  return (listed as readonly Json[]).flatMap((entry): readonly Suggestion[] => {
    if (typeof entry === "string" || typeof entry === "number") {
      return [{ name: String(entry), value: entry }];
    }
    if (!isJsonObject(entry)) return [];
    const { name, value } = entry;
    const isValue = typeof value === "string" || typeof value === "number";
    return typeof name === "string" && isValue ? [{ name, value }] : [];
  });
}
