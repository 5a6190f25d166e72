import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { callObject, OverloadedFault } from "../../src/edge/object-call.ts";

const fault = (about: object) => Object.assign(new Error("Broken"), about);

beforeEach(() => {
  vi.spyOn(scheduler, "wait").mockResolvedValue(undefined);
  vi.spyOn(console, "warn").mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe("callObject", () => {
  test.each([
    { what: "a disconnect", about: { retryable: true } },
    { what: "a reset", about: { durableObjectReset: true } },
  ])("tries again after $what, each time on a new stub", async ({ about }) => {
    const stubs: number[] = [];
    const call = vi.fn().mockRejectedValueOnce(fault(about)).mockResolvedValue("answer");

    const answer = await callObject(() => stubs.push(stubs.length), call);

    expect(answer).toBe("answer");
    expect(stubs).toHaveLength(2);
  });

  test("gives up after three tries, with the last error", async () => {
    const call = vi.fn().mockRejectedValue(fault({ retryable: true }));

    await expect(callObject(() => null, call)).rejects.toThrow("Broken");

    expect(call).toHaveBeenCalledTimes(3);
  });

  test.each([
    { what: "an error of the object's own code", about: { remote: true } },
    { what: "an error without a mark", about: {} },
  ])("does not repeat $what", async ({ about }) => {
    const call = vi.fn().mockRejectedValue(fault(about));

    await expect(callObject(() => null, call)).rejects.toThrow("Broken");

    expect(call).toHaveBeenCalledTimes(1);
  });

  test("never repeats a call to an overloaded object", async () => {
    const call = vi.fn().mockRejectedValue(fault({ overloaded: true, retryable: true }));

    await expect(callObject(() => null, call)).rejects.toThrow(OverloadedFault);

    expect(call).toHaveBeenCalledTimes(1);
  });
});
