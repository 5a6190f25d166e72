import type { Way } from "./caller.ts";
import { result } from "./result.ts";
import { stream } from "./stream.ts";

/** Holds the line on the trigger itself; cut off or out of patience, asks for the result. */
export const trigger: Way = { share: 0, hear: result.hear };

/** Reads the stream that the trigger is answered with; cut off, goes on where it was. */
export const triggerStream: Way = { share: 0, hear: stream.hear };
