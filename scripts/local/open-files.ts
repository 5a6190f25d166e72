/** What a machine carries at once, by the files that it lets one process open. */
export type Capacity = {
  /** Of callers. */
  readonly connections: number;
  /** That are awake; `null` = as many as there are. */
  readonly objects: number | null;
};

/** In workerd. */
const FILES_A_CONNECTION = 2;
/** The database, its log, and the log's index. */
const FILES_AN_OBJECT = 3;

/** The rest is for what nobody can ask first: alarms that fire, plugins that are called. */
const SHARE_OF_CONNECTIONS = 0.2;
const SHARE_OF_OBJECTS = 0.75;

/** More than anybody has on one machine, and no trouble for two processes that pass them on. */
const CONNECTIONS_MAX = 10_000;
/** As many as the gateway can be told. */
const OBJECTS_MAX = 1_000_000;

/**
 * Shares out what there is: a process that has no file left to open a connection with does not refuse it
 * but dies.
 *
 * @param files That one process may have open; `null` = as many as it likes.
 */
export function capacityOf(files: number | null): Capacity {
  if (files === null) return { connections: CONNECTIONS_MAX, objects: null };
  const connections = Math.floor((files * SHARE_OF_CONNECTIONS) / FILES_A_CONNECTION);
  return {
    connections: Math.max(1, Math.min(connections, CONNECTIONS_MAX)),
    objects: Math.max(
      1,
      Math.min(Math.floor((files * SHARE_OF_OBJECTS) / FILES_AN_OBJECT), OBJECTS_MAX),
    ),
  };
}

type Limits = { readonly open_files?: { readonly soft: number | "unlimited" } };

/** It does not change, and takes a while to find out. */
let known: number | null | undefined;

/** How many files this process, and each that it starts, may have open; `null` = nothing here limits them. */
export function openFilesMax(): number | null {
  if (known !== undefined) return known;
  const { userLimits = {} } = process.report.getReport() as { readonly userLimits?: Limits };
  const soft = userLimits.open_files?.soft;
  known = typeof soft === "number" ? soft : null;
  return known;
}
