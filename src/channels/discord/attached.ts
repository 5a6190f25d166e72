import { type ArtifactView, RESULT_ARTIFACT } from "../../core/artifact/artifact.ts";
import type { Snapshot } from "../../core/job/snapshot.ts";
import type { ChannelFile } from "../channel-call.ts";

/** A file, and how large it is. */
export type Attachable = { readonly file: ChannelFile; readonly bytes: number };

export type FileLimits = {
  /** Of one file, as Discord says for the place. */
  readonly fileBytesMax: number;
  /** Discord refused the message with its files: it is said without them. */
  readonly takesFiles: boolean;
};

/** Discord's limit for one message. */
const FILES_MAX = 10;

/** One isolate has 128 MB, and holds them all at once. */
const ALL_BYTES_MAX = 26_214_400;

type Attached = {
  readonly files: readonly ChannelFile[];
  /** What does not fit: too large, or one too many. */
  readonly left: readonly Attachable[];
};

/** What the job has to show but its result, which is said in words. */
export function shownArtifacts({ artifacts }: Snapshot): readonly ArtifactView[] {
  return artifacts.filter(({ name }) => name !== RESULT_ARTIFACT);
}

/** As many of the files as one message takes, the first ones first. */
export function attachedOf(
  all: readonly Attachable[],
  { fileBytesMax, takesFiles }: FileLimits,
): Attached {
  const files: ChannelFile[] = [];
  const left: Attachable[] = [];
  let bytesInAll = 0;
  for (const one of all) {
    const fits =
      takesFiles &&
      files.length < FILES_MAX &&
      one.bytes <= fileBytesMax &&
      bytesInAll + one.bytes <= ALL_BYTES_MAX;
    if (!fits) {
      left.push(one);
      continue;
    }
    files.push(one.file);
    bytesInAll += one.bytes;
  }
  return { files, left };
}
