import type { Fault } from "../config/fault.ts";
import { schemaFaultsOf } from "../config/json-schema.ts";
import type { JobId } from "../core/job/job.ts";
import { logWarning } from "../edge/log.ts";
import type { JsonObject } from "../lang/json.ts";
import { messageOf } from "../lang/message-of.ts";

/** What is wrong with an answer to a question with this schema. */
export function answerFaults(
  schema: JsonObject,
  values: JsonObject,
  { job, root }: { readonly job: JobId; readonly root: string },
): readonly Fault[] {
  try {
    return schemaFaultsOf(schema, values, root);
  } catch (cause) {
    // The plugin's schema is one that nobody can check by: the plugin will have to look for itself.
    logWarning("resume.schema_unusable", { job_id: job, message: messageOf(cause) });
    return [];
  }
}
