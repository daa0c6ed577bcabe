// Processor time of workerd, by Linux's count of it (/proc/PID/task/TID/schedstat), in nanoseconds.

import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";

/** The workerd processes that a process has started. */
export function workerdsOf(parent) {
  return execFileSync("pgrep", ["-P", parent, "-x", "workerd"]).toString().trim().split("\n");
}

/** Milliseconds of all threads of these processes so far. */
export function processorMilliseconds(processes) {
  const threads = processes.flatMap((pid) => readdirSync(`/proc/${pid}/task`).map((tid) => `/proc/${pid}/task/${tid}`));
  const times = threads.map((thread) => Number(readFileSync(`${thread}/schedstat`, "utf8").split(" ")[0]));
  return times.reduce((sum, time) => sum + time, 0) / 1e6;
}
