import { createHash } from "node:crypto";
import { deterministicBytes } from "../../../workers/lab/bytes.ts";
import { type EndedJob, type Kind, labWork } from "./kind.ts";

const BYTES_MAX = 400_000;
const SEED_MAX = 1_000_000;
const NAME = "proof.bin";

/** Keeps bytes that are known beforehand: small ones with its answer, the others on the way. */
export const kept: Kind = {
  share: 3,
  plan: (random) => {
    const [bytes, seed] = [random.between(0, BYTES_MAX), random.between(1, SEED_MAX)];
    const wrong = ({ job }: EndedJob) => {
      const [artifact, ...others] = job.artifacts;
      const isRight =
        others.length === 0 && artifact?.bytes === bytes && artifact.sha256 === hashOf(bytes, seed);
      return isRight ? [] : [`its artifacts are ${JSON.stringify(job.artifacts)}`];
    };
    return labWork("artifact", { payload: { name: NAME, bytes, seed } }, { wrong });
  },
};

function hashOf(bytes: number, seed: number): string {
  const hash = createHash("sha256");
  for (const chunk of deterministicBytes(bytes, seed)) hash.update(chunk);
  return hash.digest("hex");
}
