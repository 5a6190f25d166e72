import type { Resume } from "../../core/job/command.ts";
import type { AttemptToken } from "../../core/job/step.ts";

/** How somebody answers what a job asks; left out, it was checked, and they are told where they were. */
export type Answer = Pick<Resume, "waitId" | "action" | "values" | "by"> &
  Partial<Pick<Resume, "seat" | "isChecked">>;

export function resumeWith(answer: Answer, token: AttemptToken): Resume {
  return { kind: "resume", seat: null, isChecked: true, ...answer, token };
}
