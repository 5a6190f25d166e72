import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { type JobId, jobId } from "../../src/core/job/job.ts";
import type { LaneEntry, SlotRef, SlotUse } from "../../src/core/lane/slot.ts";
import type { StateUpdates } from "../../src/core/lane/state.ts";
import { laneOf } from "../../src/edge/lane/lane-client.ts";
import type { LaneMethods } from "../../src/edge/lane/lane-methods.ts";
import type { LaneObject } from "../../src/edge/lane/lane-object.ts";
import type { JsonObject } from "../../src/lang/json.ts";
import { T0 } from "../support/a-job.ts";
import { anEntry, refOf } from "../support/a-lane.ts";
import { setClock, until } from "./support.ts";

/** See `test/workers/lane-peer`. */
type PeerMethods = {
  answerWith(answers: {
    readonly grant?: boolean | "throw" | "hang";
    readonly use?: SlotUse | null | "throw";
  }): Promise<void>;
  takeAsked(): Promise<readonly string[]>;
};

/** What stands where a job would: it has an id, and answers a lane as it is told. */
export function newPeer() {
  const id = env.LANE_PEERS.newUniqueId();
  const peer = env.LANE_PEERS.get(id) as unknown as PeerMethods;
  return {
    id: jobId(id.toString()),
    answerWith: (answers: Parameters<PeerMethods["answerWith"]>[0]) => peer.answerWith(answers),
    takeAsked: () => peer.takeAsked(),
    /** Waits until the lane has asked something, and says what. */
    asked: async (): Promise<readonly string[]> => {
      let asked: readonly string[] = [];
      await until(async () => {
        asked = await peer.takeAsked();
        return asked.length > 0;
      });
      return asked;
    },
  };
}

/** A new peer, with the entry that lines up so many milliseconds after the beginning. */
export function newEntry(sinceMs: number, over: Partial<LaneEntry> = {}) {
  const peer = newPeer();
  return { peer, entry: anEntry(peer.id, sinceMs, over) };
}

/** Four of them, each a millisecond after the one before. */
export function fourEntries(over: Partial<LaneEntry> = {}) {
  return [newEntry(0, over), newEntry(1, over), newEntry(2, over), newEntry(3, over)] as const;
}

/** Every lane's clock stands at an instant far ahead of the real one: no alarm fires by itself. */
export function setLaneClock(ms: number): void {
  setClock(T0 + ms);
}

/** A lane that nobody has used, and that looks for jobs among the peers. */
export function newLane() {
  const plugin = crypto.randomUUID();
  const id = env.LANES.idFromName(plugin);
  const stub = () => env.LANES.get(id) as unknown as DurableObjectStub<LaneObject>;

  /** A lane that came back from disk has forgotten where the peers are. */
  const call = async <Answer>(method: (lane: LaneMethods) => Promise<Answer>): Promise<Answer> => {
    await runInDurableObject(stub(), (object) => {
      const value = { ...env, JOBS: env.LANE_PEERS };
      Object.defineProperty(object, "env", { value, configurable: true });
    });
    return laneOf(env, plugin).call(method);
  };

  return {
    get stub() {
      return stub();
    },
    enter: (entry: LaneEntry, limit: number | null) => call((lane) => lane.enter(entry, limit)),
    leave: (ref: SlotRef, updates: StateUpdates | null = null) =>
      call((lane) => lane.leave(refOf(ref), updates)),
    state: () => call((lane) => lane.state()),
    /** Fires the alarm that is set; `false` where none is. */
    alarm: () => call(() => runDurableObjectAlarm(stub())),
    evict: () => evictDurableObject(stub()),
    crash: async () => {
      const crashed = runInDurableObject(stub(), (_object, state) => state.abort("crash"));
      await crashed.catch(() => {
        // The call goes down with the object.
      });
    },
    /** Whose slots are held, as the disk has it. */
    held: () => runInDurableObject(stub(), (_object, { storage }) => jobsIn(storage, HELD)),
    /** Who waits, the first first, as the disk has it. */
    waiting: () => runInDurableObject(stub(), (_object, { storage }) => jobsIn(storage, WAITING)),
    /** All of that at once. */
    look: () =>
      runInDurableObject(stub(), async (_object, { storage }) => ({
        held: jobsIn(storage, HELD),
        waiting: jobsIn(storage, WAITING),
        stateful: jobsIn(storage, "SELECT job FROM slot WHERE is_stateful = 1").length,
        alarmAt: await alarmAtOf(storage),
      })),
    alarmAt: () => runInDurableObject(stub(), (_object, { storage }) => alarmAtOf(storage)),
  };
}

const HELD = "SELECT job FROM slot ORDER BY lease_expires_at, job";
const WAITING = "SELECT job FROM line ORDER BY since, arrival";

function jobsIn({ sql }: DurableObjectStorage, query: string): readonly JobId[] {
  const rows = sql.exec<{ job: string }>(query).toArray();
  return rows.map(({ job }) => jobId(job));
}

/** When the alarm is set to, in milliseconds after the beginning; `null` where it is not. */
async function alarmAtOf(storage: DurableObjectStorage): Promise<number | null> {
  const at = await storage.getAlarm();
  return at === null ? null : at - T0;
}

/** Updates that add to the document. */
export function updatesOf(updates: JsonObject): StateUpdates {
  return { updates, replace: false };
}
