import type { StepPlan } from "../../core/job/step.ts";
import { failureOf } from "../../core/plugin/outcome.ts";
import { type Settings, settingsOf } from "../../core/plugin/settings.ts";
import { bindingInvoke, boundPlugin } from "./bound-plugin.ts";
import { httpInvoke } from "./http-plugin.ts";
import type { Invoke } from "./plugin-call.ts";

/** What a job remembers of the way to its plugin. All else is looked up when it is called. */
export type PluginWay = Pick<StepPlan, "plugin" | "transport" | "binding">;

/** How the plugin is called now: with the address, the secret and the configuration that hold today. */
export function invokeOf(way: PluginWay, env: object, settings: Settings): Invoke {
  const { config } = settingsOf(settings, way.plugin);
  const invoke = transportOf(way, env, settings);
  return (request, context) => invoke({ ...request, config }, context);
}

function transportOf({ plugin, transport, binding }: PluginWay, env: object, settings: Settings) {
  if (transport !== "http") return bindingInvoke(boundPlugin(env, binding));
  const set = settingsOf(settings, plugin).transport;
  return set.kind === "http" ? httpInvoke(set, env) : notSetUp;
}

/** A deploy took it out of the settings; the next one may bring it back. */
const notSetUp: Invoke = async () =>
  failureOf("transport", "The plugin is not set up over HTTP at present");
