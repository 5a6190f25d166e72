import type { Random } from "../../seed/random.ts";
import type { Kind, Work } from "./kind.ts";

/** Done by the laboratory's own plugin over HTTP, which notes every call, and has few slots. */
export const witnessed: Kind = { share: 4, plan: (random) => witnessWork(random, "call") };

export const witnessedQueued: Kind = { share: 3, plan: (random) => witnessWork(random, "work") };

function witnessWork(random: Random, command: string): Work {
  return {
    path: `/trigger/witness/${command}`,
    body: { payload: { ms: random.between(50, 2000) } },
    copies: 0,
    isTrigger: true,
    ends: ["succeeded"],
  };
}
