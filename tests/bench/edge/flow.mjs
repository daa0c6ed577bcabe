// A record's way through the package's public API, in any runtime.

export const SUBJECT = "u4f9c2d71b0ae";
export const SESSION = "s-7d1f0c9a2b34";
const TO = { type: "email", value: "ana@example.com" };
const REQUIREMENT = { sameSession: true };

/** A user with a code that is never used up: no counter is kept from one check to the next. */
export class Visitor {
  #steps;
  #check;
  #ready = [];

  constructor(verifier) {
    this.#steps = verifier.steps;
    const { challenge, code } = finish(this.#steps.sendCode({ subject: SUBJECT, session: SESSION, to: TO }));
    this.#check = { subject: SUBJECT, session: SESSION, to: TO, challenge, code };
  }

  /**
   * Brings checks of the code so far that their last counters are added and to seal the record is what is
   * left to do. The package has no call that seals without a check.
   */
  prepare(checks) {
    for (let made = 0; made < checks; made += 1) {
      const flow = this.#steps.checkCode(this.#check);
      flow.resume(fresh(flow.ops));
      this.#ready.push({ flow, counts: fresh(flow.ops) });
    }
  }

  /** Ends a prepared check, which seals the record, and presents the record, which opens it. */
  sealAndOpen() {
    const { flow, counts } = this.#ready.pop();
    flow.resume(counts);
    const { record } = flow.outcome();
    flow[Symbol.dispose]();
    return this.#present(record);
  }

  /** Checks the code from the beginning. */
  checkCode() {
    return ended(this.#steps.checkCode(this.#check)).record;
  }

  /** Checks the code from the beginning and presents the record. */
  checkCodeAndPresent() {
    return this.#present(this.checkCode());
  }

  #present(record) {
    const shown = { subject: SUBJECT, session: SESSION, record, requirement: REQUIREMENT };
    return ended(this.#steps.present(shown));
  }
}

function ended(flow) {
  const outcome = finish(flow);
  flow[Symbol.dispose]();
  return outcome;
}

/** The outcome of a flow that is the first to touch each of its counters. */
function finish(flow) {
  for (let ops = flow.ops; ops; ops = flow.ops) flow.resume(fresh(ops));
  return flow.outcome();
}

function fresh(ops) {
  return ops.map(({ delta }) => Math.max(0, delta));
}
