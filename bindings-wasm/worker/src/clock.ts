/** The one clock: what every check, counter and token means by *now*. */

/** The system's clock, which dev mode can move forward. */
export class Clock {
  readonly #advanced: number;

  /** @param advanced Seconds ahead of the system's. */
  constructor(advanced = 0) {
    this.#advanced = advanced;
  }

  /** For what the Account API shows of users: milliseconds since 1970. */
  milliseconds(): number {
    return Date.now() + this.#advanced * 1000;
  }

  /** For the rules and tokens: whole seconds since 1970. */
  seconds(): number {
    return Math.floor(this.milliseconds() / 1000);
  }
}
