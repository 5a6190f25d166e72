import type { JobId, JobStatus } from "../../src/core/job/job.ts";
import type { Runner } from "../../src/core/job/step.ts";
import type { Outcome } from "../../src/core/plugin/outcome.ts";
import type { EpochMs } from "../../src/lang/time.ts";
import type { Coverage } from "./coverage.ts";

/** What somebody outside of the gateway saw or did: the only witness that invariants may call. */
export type Seen =
  | { readonly kind: "trigger asked"; readonly work: number }
  | {
      readonly kind: "trigger answered";
      readonly work: number;
      readonly job: JobId;
      /** When the request that was answered began. */
      readonly askedAt: EpochMs;
      /** Whether the job was on disk at the instant of the answer. */
      readonly isStored: boolean;
    }
  | { readonly kind: "cancel answered"; readonly job: JobId; readonly status: JobStatus }
  | {
      readonly kind: "shown";
      readonly job: JobId;
      readonly status: JobStatus;
      readonly seq: number;
      readonly askedAt: EpochMs;
    }
  | {
      readonly kind: "resume answered";
      readonly job: JobId;
      readonly waitId: string;
      /** The answer that was given, as text; the same one may be given twice. */
      readonly answer: string;
      readonly isTaken: boolean;
    }
  | { readonly kind: "attached"; readonly job: JobId; readonly url: string }
  | {
      readonly kind: "plugin called";
      readonly job: JobId;
      readonly attempt: number;
      readonly token: string;
      readonly runner: Runner;
      readonly deadlineAt: EpochMs;
      readonly inFairWorld: boolean;
    }
  | { readonly kind: "plugin said"; readonly token: string; readonly text: string }
  | {
      readonly kind: "plugin answered";
      readonly job: JobId;
      readonly token: string;
      readonly outcome: Outcome["kind"];
      /** The word by which the result can be known again. */
      readonly word: string;
    }
  /** The object of a job forgot what it ran, or had to let go of it. */
  | { readonly kind: "object forgot"; readonly job: JobId }
  | { readonly kind: "lease extended"; readonly job: JobId; readonly token: string }
  | {
      readonly kind: "report answered";
      readonly job: JobId;
      readonly token: string;
      readonly outcome: Outcome["kind"];
      readonly word: string;
      readonly isTaken: boolean;
    }
  | {
      readonly kind: "callback arrived";
      readonly job: JobId;
      readonly url: string;
      /** The `webhook-id`. */
      readonly id: string;
      readonly seq: number;
      readonly body: string;
      readonly isResent: boolean;
      /** What the receiver answered; `null` = nothing, or nothing that arrived. */
      readonly status: number | null;
    }
  | { readonly kind: "trouble"; readonly what: string }
  | { readonly kind: "job moved"; readonly job: JobId; readonly events: readonly string[] }
  | { readonly kind: "the world becomes fair" };

export type Entry = Seen & { readonly at: EpochMs };

/** What must never be, found: which promise, and how it was broken. */
export type Violation = { readonly invariant: string; readonly message: string };

/** All that is known of one run. */
export class History {
  readonly entries: Entry[] = [];
  readonly coverage: Coverage;
  /** The first one ends the run: what comes after it proves nothing. */
  violation: Violation | null = null;

  constructor(coverage: Coverage) {
    this.coverage = coverage;
  }

  note(at: EpochMs, seen: Seen): void {
    this.entries.push({ at, ...seen });
  }

  violate(invariant: string, message: string): void {
    this.violation ??= { invariant, message };
  }

  /** Everything of one kind, in order. */
  of<Kind extends Seen["kind"]>(kind: Kind): readonly Extract<Entry, { readonly kind: Kind }>[] {
    return this.entries.filter(
      (entry): entry is Extract<Entry, { readonly kind: Kind }> => entry.kind === kind,
    );
  }
}
