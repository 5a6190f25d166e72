import { mutantsIn } from "./mutant.ts";

export const LANE_MUTANTS = mutantsIn("lane", {
  "starts.ts": [
    [
      "slots that are held count as free",
      "limit === null ? STARTS_MAX : limit - held.slots",
      "limit ?? STARTS_MAX",
    ],
    ["a limit that was lowered starts more", "Math.max(0, free)", "free"],
    [
      "a limit that was lifted starts a long line at once",
      "return Math.min(Math.max(0, free), STARTS_MAX);",
      "return Math.max(0, free);",
    ],
    [
      "two attempts have the state at once",
      "stateful === null || held.hasStateful ? plain",
      "stateful === null ? plain",
    ],
    [
      "whoever waits for the state holds up everybody",
      "stateful === null || held.hasStateful ? plain",
      "held.hasStateful ? [] : stateful === null ? plain",
    ],
    [
      "entries with state start after all others",
      "candidates.toSorted(inOrder).slice(",
      "candidates.slice(",
    ],
    [
      "the newest of an instant starts first",
      "left.arrival - right.arrival",
      "right.arrival - left.arrival",
    ],
    [
      "the line is in the order of arrival at the lane",
      "left.since - right.since || left.arrival - right.arrival",
      "left.arrival - right.arrival",
    ],
    [
      "an older entry with state does not come before a younger one",
      "stateful === null || inOrder(newcomer, stateful) < 0",
      "stateful === null",
    ],
    [
      "an entry that comes late with state pushes the first one out",
      "const isFirst = stateful === null || inOrder(newcomer, stateful) < 0;",
      "const isFirst = true;",
    ],
    [
      "nobody wakes while somebody could start",
      "startsOf(lane).length > 0 ? now : lane.held.leaseExpiresAt",
      "lane.held.leaseExpiresAt",
    ],
  ],
  "state.ts": [
    [
      "a new document keeps the keys of the old one",
      "replace ? [] : Object.entries(state)",
      "Object.entries(state)",
    ],
    [
      "what was there wins over the updates",
      "[...before, ...Object.entries(updates)]",
      "[...Object.entries(updates), ...before]",
    ],
    [
      "a key __proto__ is lost",
      "Object.fromEntries([...before, ...Object.entries(updates)])",
      "Object.assign({}, Object.fromEntries(before), updates)",
    ],
    ["only the updates are measured", "merged(state, updates)", "updates.updates"],
    ["a document that just fits is too large", "<= STATE_BYTES_MAX", "< STATE_BYTES_MAX"],
  ],
});
