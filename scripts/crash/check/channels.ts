import type { Said } from "../../channels/people.ts";
import { faultsOf } from "../../channels/report.ts";
import { type Check, killsIn } from "./evidence.ts";
import { allowedMs, LATE_MS_MAX, machineIn } from "./machine.ts";

/** What both channels give everybody. */
const ACK_MS = 3000;

/**
 * The gateway holds two of these seconds for the job. An acknowledgement takes about three requests'
 * time beside that: where the machine alone takes a third of what is left, it is the machine.
 */
const MACHINE_MS = 300;

/** Whoever was heard in a channel has the one true answer in front of them, once, within its rules. */
export const channels: Check = ({ said, breaches, entries }) => {
  const machineAt = machineIn(entries);
  const isExcused = ({ end, screen }: Said) => {
    const { at = 0 } = screen.moments.find(({ what }) => what === "broken") ?? {};
    return end === "late" && allowedMs(machineAt(at - ACK_MS, at)) > LATE_MS_MAX + MACHINE_MS;
  };
  const heard = said.filter((one) => !isExcused(one));
  return faultsOf({ said: heard, breaches, kills: killsIn(entries) });
};
