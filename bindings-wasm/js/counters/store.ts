/** Counters: all the state there is. */

/** One addition to a counter. */
export interface CounterOp {
  /** Names the counter: 22 characters of base64url, a keyed digest without personal data. */
  readonly key: string;
  /** What to add; 0 reads. */
  readonly delta: number;
  /** Seconds that a counter lives which this addition creates. */
  readonly ttl: number;
}

/**
 * Where counters are kept. An addition is all there is:
 *
 * - A counter that is missing, has expired or stands at zero does not exist. A positive delta creates
 *   it with its ttl; no addition extends the ttl of one that exists.
 * - A negative delta creates no counter and takes none below zero.
 * - Each addition is atomic: of two at a time the second sees the first.
 */
export interface CounterStore {
  /** Makes the additions in their order and answers with the new values in the same order. */
  add(ops: readonly CounterOp[]): Promise<readonly number[]>;
}
