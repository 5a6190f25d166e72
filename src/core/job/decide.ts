import { unreachable } from "../../lang/invariant.ts";
import { ok, refuse } from "../../lang/result.ts";
import { type EpochMs, latest } from "../../lang/time.ts";
import { onExpectArtifact, onKeepArtifact } from "../artifact/on-keep-artifact.ts";
import { onResume } from "../ask/on-resume.ts";
import { onAttach } from "../callback/on-attach.ts";
import { onBeginDelivery } from "../callback/on-begin-delivery.ts";
import { onNoteDelivery } from "../callback/on-note-delivery.ts";
import { onResend } from "../callback/on-resend.ts";
import { withOwed } from "../callback/owed.ts";
import { onAnswerInline } from "../channel/on-answer-inline.ts";
import { callsLeft } from "./call.ts";
import type { Command } from "./command.ts";
import type { Decided } from "./decision.ts";
import { newestEvent } from "./history.ts";
import type { Job } from "./job.ts";
import { onCancel } from "./on-cancel.ts";
import { onClaim } from "./on-claim.ts";
import { onExtend } from "./on-extend.ts";
import { onGrant } from "./on-grant.ts";
import { onProgress } from "./on-progress.ts";
import { onReport } from "./on-report.ts";
import { onSubmit } from "./on-submit.ts";
import { onWake } from "./on-wake.ts";
import { slotsLeft } from "./slot.ts";

/**
 * The whole state machine. Same job, command and instant: same decision.
 *
 * @param job The stored job, or `null` where none was submitted.
 * @param now The clock. It may have gone back since the last command: within a job, time does not.
 */
export function decide(job: Job | null, command: Command, now: EpochMs): Decided {
  const at = job === null ? now : latest(now, newestEvent(job).at);
  const decided = moved(job, command, at);
  if (!decided.ok) return decided;
  const { job: after, effects } = decided.value;
  if (after === job) return decided;
  // Whatever happened, whoever asked to be told of it is owed that. And whatever an attempt ended of,
  // nobody waits for its call, and the slot that it had is free.
  const owed = withOwed(job, after, at);
  const left = job === null ? [] : [...callsLeft(job, after), ...slotsLeft(job, after)];
  return ok({ job: owed.job, effects: [...effects, ...left, ...owed.effects] });
}

function moved(job: Job | null, command: Command, at: EpochMs): Decided {
  if (command.kind === "submit") return onSubmit(job, command, at);
  if (job === null) return refuse({ code: "job_not_found" });
  switch (command.kind) {
    case "grant":
      return onGrant(job, command, at);
    case "claim":
      return onClaim(job, command, at);
    case "extend":
      return onExtend(job, command, at);
    case "progress":
      return onProgress(job, command, at);
    case "expect_artifact":
      return onExpectArtifact(job, command);
    case "keep_artifact":
      return onKeepArtifact(job, command, at);
    case "attach":
      return onAttach(job, command);
    case "begin_delivery":
      return onBeginDelivery(job, command);
    case "answer_inline":
      return onAnswerInline(job, command, at);
    case "note_delivery":
      return onNoteDelivery(job, command, at);
    case "resend":
      return onResend(job, command, at);
    case "report":
      return onReport(job, command, at);
    case "cancel":
      return onCancel(job, command, at);
    case "resume":
      return onResume(job, command, at);
    case "wake":
      return onWake(job, command, at);
    default:
      return unreachable(command);
  }
}
