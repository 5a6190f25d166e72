import { describe, expect, test } from "vitest";
import type { DeliveryError } from "../../../src/core/callback/delivery.ts";
import { DELIVERY_RETRY, failedBy, verdictOf } from "../../../src/core/callback/verdict.ts";
import { T0 } from "../../support/a-job.ts";

const verdict = (status: number, retryAfter: string | null = null) =>
  verdictOf({ status, retryAfter }, T0);

/** An HTTP-date so many milliseconds after the beginning. */
const date = (ms: number) => new Date(T0 + ms).toUTCString();

describe("a receiver's answer", () => {
  test.each([200, 201, 202, 204, 299])("of %i is success", (status) => {
    expect(verdict(status)).toEqual({ kind: "delivered" });
  });

  test("of 410 says that it is gone", () => {
    expect(verdict(410)).toEqual({ kind: "gone" });
  });

  test.each([300, 301, 302, 304, 307, 308, 399])(
    "of %i leads elsewhere, where nothing is sent",
    (status) => {
      expect(verdict(status)).toEqual({
        kind: "failed",
        error: "redirect",
        retryable: true,
        restMs: null,
      });
    },
  );

  test.each([199, 400, 401, 403, 404, 408, 409, 411, 413, 422, 429, 500, 502, 503, 504, 599])(
    "of %i is a failure that may pass",
    (status) => {
      expect(verdict(status)).toEqual({
        kind: "failed",
        error: "http_status",
        retryable: true,
        restMs: null,
      });
    },
  );

  describe.each([429, 503])("of %i", (status) => {
    test.each([
      { retryAfter: "2", restMs: 2000 },
      { retryAfter: " 7 ", restMs: 7000 },
      { retryAfter: date(90_000), restMs: 90_000 },
      { retryAfter: "3600", restMs: 3_600_000 },
      { retryAfter: "3601", restMs: 3_600_000 },
      { retryAfter: "1000000000", restMs: 3_600_000 },
      { retryAfter: "9".repeat(400), restMs: 3_600_000 },
      { retryAfter: date(30 * 86_400_000), restMs: 3_600_000 },
    ])("asks for a rest, which is an hour at most: $retryAfter", ({ retryAfter, restMs }) => {
      expect(verdict(status, retryAfter)).toMatchObject({ kind: "failed", restMs });
    });

    test.each([null, "", "0", "-1", "1.5", "soon", "2 s", date(-60_000), "Thu, 99 Foo 2026"])(
      "asks for no rest of its own: %j",
      (retryAfter) => {
        expect(verdict(status, retryAfter)).toMatchObject({ kind: "failed", restMs: null });
      },
    );
  });

  test.each([400, 500, 502])("of %i is not asked when to come back", (status) => {
    expect(verdict(status, "2")).toMatchObject({ restMs: null });
  });
});

const RETRYABLE = {
  http_status: true,
  redirect: true,
  timeout: true,
  unreachable: true,
  gone: true,
  no_secret: true,
  url_not_allowed: false,
  switched_off: false,
  internal: true,
  expired: false,
  rate_limited: true,
} satisfies Record<DeliveryError, boolean>;

test.each(Object.entries(RETRYABLE))(
  "after %s, another attempt may help: %s",
  (error, retryable) => {
    expect(failedBy(error as DeliveryError)).toEqual({
      kind: "failed",
      error,
      retryable,
      restMs: null,
    });
  },
);

test("a delivery is tried 8 times, 5 s apart at first and an hour at most", () => {
  expect(DELIVERY_RETRY).toEqual({ maxAttempts: 8, baseMs: 5000, maxMs: 3_600_000 });
});
