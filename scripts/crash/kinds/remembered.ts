import { type EndedJob, type Kind, labWork } from "./kind.ts";

/**
 * Adds its name to the plugin's state, one after another. What it is given is the state before: with its
 * own name in it, it has been added twice.
 */
export const remembered: Kind = {
  share: 4,
  plan: (_random, name) =>
    labWork("remember", { payload: { updates: { [name]: true } } }, { wrong: addedTwice }),
};

function addedTwice({ name, job }: EndedJob): readonly string[] {
  return name in Object(job.result?.output) ? ["its update of the state was made twice"] : [];
}
