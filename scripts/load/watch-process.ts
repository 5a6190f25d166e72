import { existsSync, readdirSync, readFileSync } from "node:fs";

/** The most that a process has had of each. */
export type ProcessPeak = {
  readonly open_files: number;
  readonly memory_mib: number;
};

const LOOK_MS = 500;
const KIB_PER_MIB = 1024;

/**
 * Looks at the workerd of a process group until it is stopped.
 *
 * @returns `stop` says the most that was seen; `null` = this system does not tell.
 */
export function watchProcess(group: number): { readonly stop: () => ProcessPeak | null } {
  let peak: ProcessPeak | null = null;
  const look = () => {
    const pid = workerdOf(group);
    if (pid === null) return;
    const now = seen(pid);
    peak = {
      open_files: Math.max(peak?.open_files ?? 0, now.open_files),
      memory_mib: Math.max(peak?.memory_mib ?? 0, now.memory_mib),
    };
  };
  const timer = setInterval(look, LOOK_MS);
  const stop = () => {
    clearInterval(timer);
    return peak;
  };
  return { stop };
}

function workerdOf(group: number): number | null {
  if (!existsSync("/proc/self/stat")) return null;
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).find((pid) => isWorkerd(pid, group)) ?? null;
}

function isWorkerd(pid: number, group: number): boolean {
  try {
    // The name in brackets, the state, the parent, the group.
    const [, name, , , pgrp] =
      /^\d+ \((.*)\) (\S) (\d+) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return name === "workerd" && Number(pgrp) === group;
  } catch {
    // It is gone.
    return false;
  }
}

function seen(pid: number): ProcessPeak {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const [, kib = "0"] = /VmRSS:\s+(\d+) kB/.exec(status) ?? [];
    return {
      open_files: readdirSync(`/proc/${pid}/fd`).length,
      memory_mib: Math.round(Number(kib) / KIB_PER_MIB),
    };
  } catch {
    // As above.
    return { open_files: 0, memory_mib: 0 };
  }
}
