import { ARTIFACT_MUTANTS } from "./artifact.ts";
import { ASK_MUTANTS } from "./ask.ts";
import { BREAKER_MUTANTS } from "./breaker.ts";
import { CALLBACK_DELIVERY_MUTANTS } from "./callback-deliveries.ts";
import { CALLBACK_TOLD_MUTANTS } from "./callback-told.ts";
import { CHANNEL_MUTANTS } from "./channel.ts";
import { JOB_ATTEMPT_MUTANTS } from "./job-attempts.ts";
import { JOB_COMMAND_MUTANTS } from "./job-commands.ts";
import { JOB_VIEW_MUTANTS } from "./job-views.ts";
import { KEY_MUTANTS } from "./key.ts";
import { LANE_MUTANTS } from "./lane.ts";
import type { Mutant } from "./mutant.ts";
import { PLUGIN_MUTANTS } from "./plugin.ts";
import { RETRY_MUTANTS } from "./retry.ts";
import { TEMPLATE_MUTANTS } from "./template.ts";

export const MUTANTS: readonly Mutant[] = [
  ...ARTIFACT_MUTANTS,
  ...ASK_MUTANTS,
  ...BREAKER_MUTANTS,
  ...CALLBACK_DELIVERY_MUTANTS,
  ...CALLBACK_TOLD_MUTANTS,
  ...CHANNEL_MUTANTS,
  ...JOB_ATTEMPT_MUTANTS,
  ...JOB_COMMAND_MUTANTS,
  ...JOB_VIEW_MUTANTS,
  ...KEY_MUTANTS,
  ...LANE_MUTANTS,
  ...PLUGIN_MUTANTS,
  ...RETRY_MUTANTS,
  ...TEMPLATE_MUTANTS,
];
