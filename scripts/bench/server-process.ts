import { readdirSync, readFileSync } from "node:fs";

/** What the system counts of processors' time in: a hundredth of a second wherever there is `/proc`. */
const MS_PER_TICK = 10;
const KIB_PER_MIB = 1024;

/** The processes that run servers of this one. None where the system has no `/proc`. */
export function serverProcesses(): readonly number[] {
  return pidsInProc().filter((pid) => {
    const stat = statOf(pid);
    return stat?.name === "workerd" && stat.parent === process.pid;
  });
}

/** The memory of a process that is in the machine's own, in MiB. */
export function residentMib(pid: number): number {
  const [, kib = ""] =
    /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / KIB_PER_MIB;
}

/** The processors' time that a process has taken, in milliseconds. */
export function cpuMs(pid: number): number {
  const ticks = statOf(pid)?.ticks ?? Number.NaN;
  return ticks * MS_PER_TICK;
}

function pidsInProc(): readonly number[] {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    // A system without it: what is read there is left out.
    return [];
  }
}

type Stat = { readonly name: string; readonly parent: number; readonly ticks: number };

/** The name stands in brackets and may itself have some; fields are counted from behind it. */
function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const end = text.lastIndexOf(")");
    const fields = text.slice(end + 2).split(" ");
    const [, parent] = fields;
    const [user, system] = fields.slice(11);
    return {
      name: text.slice(text.indexOf("(") + 1, end),
      parent: Number(parent),
      ticks: Number(user) + Number(system),
    };
  } catch {
    // It has ended since it was listed.
    return null;
  }
}
