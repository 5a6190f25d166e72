import type { Result } from "../../lang/result.ts";
import type { Effect } from "./effect.ts";
import type { Job } from "./job.ts";
import type { Refusal } from "./refusal.ts";

/** What one command did: the job as it must now be stored, then what the shell must do. */
export type Decision = { readonly job: Job; readonly effects: readonly Effect[] };

export type Decided = Result<Decision, Refusal>;
