import type { ResumeAction, WaitId } from "../../src/core/ask/ask.ts";
import type { JobId } from "../../src/core/job/job.ts";
import { callObject, NO_ANSWER, request } from "./network.ts";
import type { Process } from "./process.ts";
import type { Server } from "./server.ts";

type Given = { readonly action: ResumeAction; readonly choice: string };

const LOOKS_MAX = 12;

/** Somebody who looks what a job asks, and answers it; or does not. */
export function* answerQuestion(server: Server, job: JobId): Process {
  const { world } = server;
  const fault = world.tape.fault("person");
  if (fault === "never answered") return;
  yield* world.sleep(world.tape.of(2000, 0, 20_000, 65_000));
  const waitId = yield* questionOf(server, job);
  if (waitId === null) return;
  const blue: Given = { action: "accept", choice: "blue" };
  switch (fault) {
    case "answered twice":
      world.start(world.outside, answer(server, { job, waitId, given: blue }));
      break;
    case "answered in two ways":
      world.start(
        world.outside,
        answer(server, { job, waitId, given: { ...blue, choice: "red" } }),
      );
      break;
    case "declined":
      return yield* answer(server, { job, waitId, given: { ...blue, action: "decline" } });
    case "cancelled by whoever was asked":
      return yield* answer(server, { job, waitId, given: { ...blue, action: "cancel" } });
    case null:
      break;
  }
  yield* answer(server, { job, waitId, given: blue });
}

/** What the job asks at present; `null` where it asks nothing, however often one looks. */
function* questionOf(server: Server, job: JobId): Process<WaitId | null> {
  const { world } = server;
  const shell = server.job(job);
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    const snapshot = yield* request(world, server, () =>
      callObject(world, shell, () => shell.snapshot()),
    );
    if (snapshot !== NO_ANSWER && snapshot !== null && snapshot.wait !== null) {
      return snapshot.wait.wait_id;
    }
    yield* world.sleep(3000);
  }
  return null;
}

type Answering = { readonly job: JobId; readonly waitId: WaitId; readonly given: Given };

function* answer(server: Server, { job, waitId, given }: Answering): Process {
  const { world } = server;
  const shell = server.job(job);
  const { action, choice } = given;
  const values = action === "accept" ? { choice } : {};
  const resume = () => {
    const by = "api";
    const resumption = { waitId, action, values, by, seat: null, isChecked: true };
    const { ok: isTaken } = shell.taken({
      kind: "resume",
      ...resumption,
      token: shell.drawToken(),
    });
    const said = { job, waitId, answer: `${action} ${choice}`, isTaken };
    world.history.note(world.now, { kind: "resume answered", ...said });
  };
  for (let attempt = 1; attempt < LOOKS_MAX; attempt += 1) {
    const answered = yield* request(world, server, () => callObject(world, shell, resume));
    if (answered !== NO_ANSWER) return;
    yield* world.sleep(2000 * attempt);
  }
}
