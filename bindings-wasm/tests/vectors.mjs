/**
 * The vectors that every language reads, through the package's public API. It runs in any runtime:
 * `run(sekisho, files)` takes the package and the parsed files by their names, and answers with a line
 * for each case that differs and the names of those that have run.
 */

import { AtOnce, binding, bytes, drawn, finish, issued, orUndefined, policy, requirement } from "./given.mjs";
import { TokenSuite } from "./token-vectors.mjs";

/** What is not in the module: a worker's logs are for its host to keep names out of. */
export const LEFT_OUT = ["keyring.pseudonym"];

export async function run(sekisho, files) {
  const suite = new Suite(sekisho, files);
  const ran = [];
  const differences = [];
  for (const [file, sections] of Object.entries(suite.sections())) {
    for (const [section, check] of Object.entries(sections)) {
      for (const vector of files[file][section]) {
        const name = named(file, section, vector);
        const difference = await compare(suite, check, vector);
        if (difference) differences.push(`${name}: ${difference}`);
        ran.push(name);
      }
    }
  }
  return { ran, differences };
}

/** Every case that is to run, by its name. */
export function every(files) {
  const sections = Object.entries(files).flatMap(([file, content]) =>
    Object.entries(content)
      .filter(([section, cases]) => Array.isArray(cases) && !LEFT_OUT.includes(`${file}.${section}`))
      .map(([section, cases]) => cases.map((vector) => named(file, section, vector))),
  );
  return sections.flat();
}

/** By its id; an error code is its own. */
function named(file, section, { id, code }) {
  return `${file}.${section} ${id ?? code}`;
}

async function compare(suite, check, vector) {
  const expected = canonical(check.expected ? check.expected(vector) : vector.expect);
  const found = canonical(await suite.outcome(() => check.run(vector)));
  return expected === found ? undefined : `expected ${expected}, found ${found}`;
}

function canonical(value) {
  return JSON.stringify(value, (_, inner) =>
    inner && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

class Suite extends TokenSuite {
  sections() {
    const plain = (run, expected) => ({ run: run.bind(this), expected });
    const known = ({ expect }) => ("ok" in expect ? { ok: null } : expect);
    return {
      errors: { errors: plain(this.registered, ({ code }) => ({ ok: code })) },
      keyring: {
        parse: plain(({ text }) => this.ring(this.sekisho.KeyRing.parse(text))),
        generate: plain(this.generate),
        rotate: plain(this.rotate),
        retire: plain(this.retire),
        seals_with: plain(({ ring, now }) => this.sekisho.KeyRing.parse(ring).sealsWith(now)),
        derive: plain(this.derive, () => ({ ok: null })),
      },
      identifier: {
        parse: plain(this.identifier, ({ expect }) => (expect.ok ? { ok: expect.ok.method } : expect)),
        digest: plain(this.digest),
      },
      operation: {
        digest: plain(this.canonicalOperation, known),
        long: plain(this.longOperation, known),
        same: plain(this.sameOperation),
      },
      message: {
        render: plain((v) => this.sekisho.renderMessage(v.template, { operationJson: v.operation })),
        field: plain((v) => this.sekisho.renderMessage("To {payee}.", { operation: { payee: v.value } })),
      },
      requirement: {
        to_challenge: plain((v) => this.sekisho.toChallenge({ methods: v.methods, maxAge: orUndefined(v.max_age) })),
        from_challenge: plain(this.fromChallenge),
        check: plain(this.checkRequirement),
      },
      password: {
        check: plain(this.checkStored, this.storedCheck),
        hash: plain(this.hash, ({ error, phc }) => (error ? { error } : { ok: phc })),
        accept: plain(this.accept, this.rejections),
      },
      code: { entropy: plain(this.entropy), draw: plain(this.draw), typed: plain(this.typed) },
      token: {
        context: plain(({ text }) => void new this.sekisho.Verifier({ keys: this.anyRing }).steps.unblock(text)),
        seal_record: plain(this.sealRecord),
        open_record: plain(this.openRecord),
        by_rule: plain(this.byRule, ({ expect }) => ({ ok: [JSON.stringify(expect)] })),
        time: plain(({ unix_seconds }) => void this.sekisho.KeyRing.generate("development", { now: unix_seconds })),
        open_challenge: plain(this.openChallenge),
        seal_challenge: plain(this.sealChallenge),
        issue_resume_handle: plain(this.issueResumeHandle),
        check_resume_handle: plain(this.checkResumeHandle),
      },
      flow: {
        policy: plain((v) => void new this.sekisho.Verifier({ keys: this.anyRing, policy: policy(v.policy) })),
        check_password: plain(this.checkPassword),
        send_code: plain(this.sendCode),
        resend_code: plain(this.resendCode),
        check_code: plain(this.checkCode),
        present: plain(this.present),
        revoke: plain((v) =>
          this.drive(v, this.steps(v).revoke({ subject: v.input.subject, record: v.input.token }, { now: v.now })),
        ),
        revoke_by_link: plain((v) => this.drive(v, this.steps(v).revokeByLink(v.input.revocation, { now: v.now }))),
        unblock: plain((v) => this.drive(v, this.steps(v).unblock(v.input.subject))),
      },
    };
  }

  // errors

  registered({ code }) {
    return this.sekisho.ERROR_CODES.includes(code) && code;
  }

  // keyring

  ring(ring) {
    const keys = ring.keys.map(({ kid, sealsFrom, opensUntil }) => ({
      kid,
      seals_from: sealsFrom,
      opens_until: opensUntil ?? null,
    }));
    return { environment: ring.environment, keys };
  }

  generate({ environment, now, entropy }) {
    return this.sekisho.KeyRing.generate(environment, { now, entropy: bytes(entropy) }).toText();
  }

  rotate({ ring, seals_from, now, entropy }) {
    return this.sekisho.KeyRing.parse(ring)
      .rotate(seals_from, { now, entropy: bytes(entropy) })
      .toText();
  }

  retire({ ring, key, at }) {
    return this.sekisho.KeyRing.parse(ring).retire(key, at).toText();
  }

  // identifier

  identifier({ type, value }) {
    const purpose = this.sekisho.purposeOfCode({ type, value }, []);
    return purpose === "BindNewIdentifier" ? `${type}_code` : purpose;
  }

  // operation

  canonicalOperation({ json, expect }) {
    if (!this.areSame(json, expect.ok?.canonical ?? json)) throw new Error("not the same operation");
  }

  longOperation({ before, repeat, times, after }) {
    const json = before + repeat.repeat(times) + after;
    if (!this.areSame(json, json)) throw new Error("not the same operation");
  }

  sameOperation({ json, other }) {
    return this.areSame(json, other);
  }

  /** Whether a record made for one operation is accepted for the other. */
  areSame(operationJson, other) {
    const { now } = this.files.token.open_record[0];
    const { steps } = new this.sekisho.Verifier({ keys: this.anyRing });
    const [subject, to] = ["u", { type: "email", value: "ana@example.com" }];
    const sent = finish(steps.sendCode({ subject, to, operationJson }, { now }));
    const { record } = finish(steps.checkCode({ subject, to, challenge: sent.challenge, code: sent.code }, { now }));
    try {
      finish(steps.present({ subject, record, operationJson: other }, { now }));
      return true;
    } catch (error) {
      if (this.sekisho.isSekishoError(error, "record_operation_mismatch")) return false;
      throw error;
    }
  }

  // requirement

  fromChallenge({ text }) {
    const { methods, maxAge } = this.sekisho.fromChallenge(text);
    return { methods, max_age: maxAge ?? null };
  }

  checkRequirement(v) {
    const shown = { ...binding(v), record: v.token, requirement: requirement({ ...v.requirement, single_use: false }) };
    finish(new this.sekisho.Verifier({ keys: v.ring }).steps.present(shown, { now: v.now }));
  }

  // password

  checkStored(v) {
    const { matches, needsRehash } = this.passwords(v.policy ?? this.files.password.policy).verify(
      v.password,
      v.stored,
    );
    return { matches, needs_rehash: needsRehash };
  }

  /** Hashes of other algorithms than Argon2 are not in the package. */
  storedCheck({ feature, error, matches, needs_rehash }) {
    if (feature === "legacy-hashes") return { error: "password_hash_invalid" };
    return error ? { error } : { ok: { matches, needs_rehash } };
  }

  hash(v) {
    return this.passwords(v.policy).hash(v.password, bytes(v.salt_hex));
  }

  accept({ password, own_data: ownData, words = [], leaked = [] }) {
    return new this.sekisho.PasswordAcceptance({ leaked: leaked.join("\n") }).judge(password, { ownData, words });
  }

  /** How guessable a password is, beyond lists, is not estimated. */
  rejections({ rejections, leaked }) {
    return { ok: rejections.filter((code) => leaked?.length || code !== "password_rejected.pwned") };
  }

  // code

  entropy({ entropy }) {
    const { now } = this.files.token.open_record[0];
    this.sekisho.KeyRing.generate("development", { now, entropy: bytes(entropy) });
  }

  draw({ ring, now, alphabet, length, entropy }) {
    const { steps } = new this.sekisho.Verifier({ keys: ring, policy: { code: { alphabet, length } } });
    const send = { subject: "user-1", to: { type: "email", value: "ana@example.com" } };
    return finish(steps.sendCode(send, { now, entropy: bytes(entropy) })).code;
  }

  // flow

  steps(v) {
    const passwords = v.input.password_policy && this.passwords(v.input.password_policy);
    const options = { keys: v.ring, policy: policy(v.policy), passwords };
    if (v.limits === "counted") return new this.sekisho.Verifier(options).steps;
    return new AtOnce(this.sekisho.Verifier.withoutCounters(options));
  }

  checkPassword(v) {
    const { input } = v;
    const check = { ...binding(input), password: input.password, passwordHash: input.stored };
    const verified = this.drive(v, this.steps(v).checkPassword(check, { now: v.now, entropy: bytes(input.entropy) }));
    return { ...issued(verified), needs_rehash: verified.needsRehash };
  }

  sendCode(v) {
    const { input } = v;
    const send = { ...binding(input), to: input.to, purpose: input.purpose };
    const sent = this.drive(v, this.steps(v).sendCode(send, { now: v.now, entropy: bytes(input.entropy) }));
    if (v.cancel) this.drive(v.cancel, sent.cancel());
    return drawn(sent);
  }

  resendCode(v) {
    const { input } = v;
    const resend = { ...binding(input), to: input.to, challenge: input.challenge };
    return drawn(this.drive(v, this.steps(v).resendCode(resend, { now: v.now })));
  }

  checkCode(v) {
    const { subject, session, to, challenge, code } = v.input;
    const check = { subject, session, to, challenge, code };
    return issued(this.drive(v, this.steps(v).checkCode(check, { now: v.now })));
  }

  present(v) {
    const { input } = v;
    const shown = {
      ...binding(input),
      record: input.token,
      requirement: requirement(input.requirement),
      idempotencyKey: input.idempotency_key,
    };
    const { id, method, purpose, issuedAt, expiresAt, repeated, limits } = this.drive(
      v,
      this.steps(v).present(shown, { now: v.now }),
    );
    return { id, method, purpose, issued_at: issuedAt, expires_at: expiresAt, repeated, limits };
  }

  /** The flow's outcome, told the counts of the case's rounds, if it asks for what they say. */
  drive({ rounds }, flow) {
    for (const [number, { ops, counts }] of rounds.entries()) {
      const asked = flow.ops?.map(({ key, delta, ttl }) => [key, delta, ttl]);
      const expected = ops.map(({ key, delta, ttl }) => [key, delta, ttl]);
      if (JSON.stringify(asked) !== JSON.stringify(expected)) {
        throw new Error(`round ${number} asks for ${JSON.stringify(asked)}`);
      }
      flow.resume(counts);
    }
    if (flow.ops) throw new Error(`asks once more: ${JSON.stringify(flow.ops)}`);
    return flow.outcome();
  }
}
