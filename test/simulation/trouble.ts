import type { FaultOf } from "./faults.ts";
import type { JobShell } from "./job-shell.ts";
import type { Process } from "./process.ts";
import type { Server } from "./server.ts";

/** No clock is further ahead of another one. */
const EARLY_MS_MAX = 60_000;

/** Now and then something happens to the whole place, until the world is fair. */
export function* trouble(server: Server): Process {
  const { world } = server;
  while (!world.isFair) {
    yield* world.sleep(world.tape.of(15_000, 1000, 40, 5000, 60_000));
    if (!server.isUp) continue;
    const [awake, armed] = [awakeJobs(server), jobsWithAlarms(server)];
    const isPossible = (what: FaultOf<"place">) => {
      if (what === "job object reset") return awake.length > 0;
      return what !== "alarm early" || armed.length > 0;
    };
    const what = world.tape.fault("place", isPossible);
    switch (what) {
      case null:
        break;
      case "server crash, messages lost":
        server.crash(world.tape.of(200, 3000, 90_000), false);
        break;
      case "server crash, messages kept":
        server.crash(world.tape.of(200, 3000, 90_000), true);
        break;
      case "job object reset":
        awake[world.tape.below(awake.length)]?.reset();
        break;
      case "lane reset":
        server.lane.reset();
        break;
      case "alarm early":
        armed[world.tape.below(armed.length)]?.alarm.fire();
        break;
    }
  }
}

function awakeJobs({ jobs }: Server): readonly JobShell[] {
  return [...jobs.values()].filter(({ isAwake, disk }) => isAwake && disk.job !== null);
}

/** Those whose alarm comes soon. */
function jobsWithAlarms({ jobs, world }: Server): readonly JobShell[] {
  return [...jobs.values()].filter(
    ({ alarm }) => alarm.at !== null && alarm.at <= world.now + EARLY_MS_MAX,
  );
}
