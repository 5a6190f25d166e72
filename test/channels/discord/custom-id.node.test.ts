import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type ComponentId,
  readCustomId,
  type Verb,
  writeCustomId,
} from "../../../src/channels/discord/custom-id.ts";
import { toHex } from "../../../src/lang/bytes.ts";
import { JOB_ID } from "../../support/a-discord-saying.ts";

const VERBS: readonly Verb[] = ["choose", "select", "open", "form", "accept", "decline"];

test("what is written comes back, within Discord's 100 characters", () => {
  const ids: fc.Arbitrary<ComponentId> = fc
    .record({
      verb: fc.constantFrom(...VERBS),
      jobId: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toHex),
      waitId: fc.oneof(fc.uuid(), fc.stringMatching(/^[a-z0-9:_-]{1,36}$/)),
      choice: fc.nat(24),
    })
    .map((id) => ({ ...id, choice: id.verb === "choose" ? id.choice : null }));

  fc.assert(
    fc.property(ids, (id) => {
      const written = writeCustomId(id);

      expect(written.length).toBeLessThanOrEqual(100);
      expect(readCustomId(written)).toEqual(id);
    }),
  );
});

test.each([
  "",
  "hl:cancel:01JCXR7Z0000000000000000AB",
  "hl:ask-modal",
  `hl:choose:${"A".repeat(43)}:wait-1`,
  `hl:choose:${"A".repeat(42)}:wait-1:0`,
  `hl:open:${"A".repeat(43)}:`,
  `hl:open:${"A".repeat(42)}!:wait-1`,
  `hl:toString:${"A".repeat(43)}:wait-1`,
  `xx:open:${"A".repeat(43)}:wait-1`,
])("%j is not one of ours", (customId) => {
  expect(readCustomId(customId)).toBeNull();
});

test.each([
  { jobId: "job-1", waitId: "wait-1" },
  { jobId: JOB_ID, waitId: "w".repeat(60) },
])("what cannot be named is a fault of ours: $jobId, $waitId", ({ jobId, waitId }) => {
  expect(() => writeCustomId({ verb: "open", jobId, waitId, choice: null })).toThrow("Cannot");
});
