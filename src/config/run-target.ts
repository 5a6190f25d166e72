import * as z from "zod";

const FORM = /^[a-z0-9-]+\/[a-z0-9_-]+$/i;

/** What a channel starts. A name alone would be a pipeline's. */
export const RunTarget = z.string().superRefine((run, context) => {
  if (FORM.test(run)) return;
  const message = run.includes("/")
    ? "Must be plugin/command, such as chat/complete"
    : "Must be plugin/command: pipelines cannot be started from here yet";
  context.addIssue({ code: "custom", message });
});
