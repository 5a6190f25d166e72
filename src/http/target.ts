import type { CommandSpec } from "../core/plugin/manifest.ts";
import { settingsOf } from "../core/plugin/settings.ts";
import { policyOver } from "../core/retry/policy-over.ts";
import { ASK_AGAIN_MS, type Available, pluginCatalog } from "../edge/plugin/plugin-catalog.ts";
import { didYouMean } from "../lang/closest.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import type { Call } from "./call.ts";
import type { Problem } from "./problem.ts";

/** A command that can be triggered, and the way to it. */
export type Target = {
  readonly plugin: Available;
  readonly command: string;
  /** What the manifest says of it, with what is set over it. */
  readonly spec: CommandSpec;
};

/** The command that the path names, or why it cannot be triggered. */
export async function findTarget({
  env,
  params,
  settings,
  waitUntil,
}: Call): Promise<Result<Target, Problem>> {
  const { plugin: name = "", command = "" } = params;
  const plugins = await pluginCatalog(env, settings, { background: waitUntil, wanted: name });
  const plugin = plugins.find((entry) => entry.name === name);
  if (plugin === undefined) {
    const known = plugins.map((entry) => entry.name);
    const detail = `There is no plugin '${name}'${didYouMean(name, known)}`;
    return refuse({ code: "unknown_plugin", detail });
  }
  if (!plugin.isAvailable) {
    return refuse({
      code: "plugin_unavailable",
      detail: `'${name}' cannot be used. ${plugin.reason}`,
      headers: { "retry-after": String(ASK_AGAIN_MS / 1000) },
    });
  }
  const { commands } = plugin.manifest;
  const spec = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (spec === undefined) {
    const detail = `'${name}' has no command '${command}'${didYouMean(command, Object.keys(commands))}`;
    return refuse({ code: "unknown_command", detail });
  }
  const retry = policyOver(spec.retry, settingsOf(settings, plugin.name).retry);
  return ok({ plugin, command, spec: { ...spec, retry } });
}
