// Processor time of workerd, by Linux's count of it: that of the thread which does all but V8's work in the
// background (to compile hot functions, to collect garbage).

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The workerd process that a process has started. */
export function workerdOf(parent) {
  return execFileSync("pgrep", ["-P", parent, "-x", "workerd"]).toString().trim();
}

/** Milliseconds so far. The first figure in the file is of the process's first thread, in nanoseconds. */
export function processorMilliseconds(pid) {
  return Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
}
