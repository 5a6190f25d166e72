import type { LaneEntry, SlotRef } from "../../core/lane/slot.ts";
import type { StateUpdates } from "../../core/lane/state.ts";
import type { JsonObject } from "../../lang/json.ts";

/** What a lane's object is asked by jobs; told apart from its class, which in turn asks jobs. */
export type LaneMethods = {
  enter(entry: LaneEntry, concurrency: number | null): Promise<"granted" | "waiting">;
  leave(ref: SlotRef, updates: StateUpdates | null): Promise<void>;
  state(): Promise<JsonObject>;
};
