import type { StepState } from "../../src/core/job/step.ts";
import { FAULT_KINDS, type FaultKind } from "./faults.ts";
import { EDGES } from "./lifecycle.ts";

/** What the runs of a suite have met: a run that meets no trouble proves nothing. */
export class Coverage {
  runs = 0;
  jobs = 0;
  events = 0;
  virtualMs = 0;
  readonly faults = new Map<FaultKind, number>();
  readonly ends = new Map<string, number>();
  readonly edges = new Map<string, number>();

  noteFault(kind: FaultKind): void {
    count(this.faults, kind);
  }

  noteEdge(from: StepState["status"] | "absent", to: StepState["status"]): void {
    count(this.edges, `${from} -> ${to}`);
  }

  noteJob(end: string): void {
    this.jobs += 1;
    count(this.ends, end);
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** A kind of fault that comes less than once in so many runs is as good as not there… */
const RUNS_PER_FAULT = 400;
/** …and so is a way of a job from one state to another. */
const RUNS_PER_EDGE = 3000;

/** I-60: what the suite claims to have met and has not met often enough. Empty = its result counts. */
export function missingIn({ runs, faults, edges }: Coverage): readonly string[] {
  const rare = (name: string, times = 0, timesMin = 1) =>
    times < timesMin ? [`${name}: ${times} times, at least ${timesMin} are needed`] : [];
  const faultsMin = Math.floor(runs / RUNS_PER_FAULT);
  const edgesMin = Math.floor(runs / RUNS_PER_EDGE);
  return [
    ...FAULT_KINDS.flatMap((kind) => rare(kind, faults.get(kind), faultsMin)),
    ...EDGES.flatMap((edge) => rare(edge, edges.get(edge), edgesMin)),
  ];
}
