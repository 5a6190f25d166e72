import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deliveryId, readDeliveryId } from "../../../src/core/callback/delivery-id.ts";
import { jobId } from "../../../src/core/job/job.ts";

const job = { id: jobId("job-1") };

describe("the id of a delivery", () => {
  test("is read back as what it was made of, by its own job only", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 999 }),
        fc.integer({ min: 1, max: 999_999_999_999_999 }),
        (endpoint, seq) => {
          const id = deliveryId(job, endpoint, seq);

          expect(readDeliveryId(job, id)).toEqual({ endpoint, seq });
          expect(readDeliveryId({ id: jobId("job-2") }, id)).toBeNull();
          expect(id).toMatch(/^[\w-]+$/);
        },
      ),
    );
  });

  test.each([
    "",
    "msg_job-1",
    "msg_job-1_1",
    "msg_job-1_1_",
    "msg_job-1_1_2_3",
    "msg_job-1__2",
    "msg_job-1_a_2",
    "msg_job-1_1_2 ",
    "msg_job-1_1_-2",
    "msg_job-1_1_1e3",
    "msg_job-1_1000_1",
    "msg_job-1_1_1000000000000000",
    "xxx_job-1_1_2",
    "1_2",
  ])("is none of those made up: %j", (text) => {
    expect(readDeliveryId(job, text)).toBeNull();
  });

  test.each(["msg_job-1_01_2", "msg_job-1_1_02", "msg_job-1_0_1", "msg_job-1_1_0"])(
    "is written in one way: %s is none",
    (text) => {
      expect(readDeliveryId(job, text)).toBeNull();
    },
  );
});
