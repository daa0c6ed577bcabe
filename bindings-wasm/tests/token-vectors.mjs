/** The vectors of tokens and of the keys that they are made with. */

import { base64url, binding, bytes, changed, decoded, finish, hexadecimal, mac, same, utf8 } from "./given.mjs";

export class TokenSuite {
  constructor(sekisho, files) {
    this.sekisho = sekisho;
    this.files = files;
    this.anyRing = files.token.open_record[0].ring;
  }

  async outcome(of) {
    try {
      return { ok: (await of()) ?? null };
    } catch (error) {
      if (!this.sekisho.isSekishoError(error)) return { thrown: String(error) };
      return error.retryAfter === undefined
        ? { error: error.code }
        : { error: error.code, retry_after: error.retryAfter };
    }
  }

  passwords({ m_kib, t, p, pepper, older = [] }) {
    const read = ({ id, key_hex }) => ({ id, key: bytes(key_hex) });
    const peppers = { pepper: pepper && read(pepper), olderPeppers: older.map(read) };
    return new this.sekisho.PasswordPolicy({ memoryKib: m_kib, passes: t, lanes: p, ...peppers });
  }

  /** The derived keys never leave the module, so what is made with them is made again here. */
  async derive({ ring, expect: { ok: expected } }) {
    const [key] = expected.keys;
    same(this.sekisho.KeyRing.parse(ring).keys[0].kid, key.kid);
    for (const secret of [expected.digest_secret, key.secret]) same(ring.includes(base64url(bytes(secret))), true);

    const { steps } = new this.sekisho.Verifier({ keys: ring });
    const { now } = this.files.token.open_record[0];
    const given = { subject: "user-1", to: { type: "email", value: "ana@example.com" } };
    const sending = steps.sendCode(given, { now });
    const counter = await mac(expected.counter, utf8("sends\0email\0ana@example.com"));
    same(sending.ops[0].key, base64url(counter.slice(0, 16)));

    const sent = finish(sending);
    const challenge = decoded(sent.challenge);
    same(challenge.slice(-32), await mac(key.challenge, challenge.slice(0, -32)));
    const tagged = Uint8Array.of(...challenge.slice(17, 33), ...utf8(sent.code));
    same(challenge.slice(97, -32), (await mac(key.code, tagged)).slice(0, 18));

    const check = { ...given, challenge: sent.challenge, code: sent.code };
    const record = decoded(finish(steps.checkCode(check, { now })).record);
    same(record.slice(-32), await mac(key.record, record.slice(0, -32)));
    same(record.slice(33, 49), (await mac(expected.digest, utf8("subject\x01user-1"))).slice(0, 16));
  }

  /** It is in the record of a code that went there. */
  digest({ ring, type, value }) {
    const { now } = this.files.token.open_record[0];
    const record = this.byCode({ ring, subject: "user-1", identifier: { type, value }, now }, { now });
    return hexadecimal(decoded(record).slice(49, 65));
  }

  typed(v) {
    const { steps } = new this.sekisho.Verifier({ keys: v.ring });
    const check = { subject: v.subject, to: v.to, challenge: v.challenge, code: v.typed };
    return finish(steps.checkCode(check, { now: v.now })).record;
  }

  /** By the flow that ends with it. */
  sealRecord(v) {
    const options = { now: v.now, entropy: bytes(v.entropy) };
    if (v.identifier) return this.byCode(v, options);
    const { password, stored: passwordHash, password_policy: costs } = this.files.flow.check_password[0].input;
    const { steps } = new this.sekisho.Verifier({ keys: v.ring, passwords: this.passwords(costs) });
    return finish(steps.checkPassword({ ...binding(v), password, passwordHash }, options)).record;
  }

  byCode(v, options) {
    const { steps } = new this.sekisho.Verifier({ keys: v.ring });
    const given = { ...binding(v), to: v.identifier };
    const sent = finish(steps.sendCode({ ...given, purpose: v.record?.purpose }, options));
    const { subject, session, to } = given;
    const check = { subject, session, to, challenge: sent.challenge, code: sent.code };
    return finish(steps.checkCode(check, { now: v.now })).record;
  }

  /** What does not open is shown by whoever the first record was sealed for. */
  openRecord({ token, ring, now }) {
    const cases = this.files.token.seal_record;
    return this.opened(token, ring, now, cases.find(({ expect }) => expect.ok === token) ?? cases[0]);
  }

  /** What a record says to the user for whom it was sealed. */
  opened(record, ring, now, sealed) {
    const { steps } = new this.sekisho.Verifier({ keys: ring });
    const shown = { ...binding(sealed), record, requirement: { purpose: sealed.record.purpose } };
    const { id, method, purpose, issuedAt, expiresAt } = finish(steps.present(shown, { now }));
    return { id, method, purpose, issued_at: issuedAt, expires_at: expiresAt };
  }

  async byRule({ of, rule }) {
    const { open_record: records, open_challenge: challenges, seal_record: seals } = this.files.token;
    const known = [...records, ...challenges].find(({ id }) => id === of);
    const sealed = seals.find(({ expect }) => expect.ok === known.token);
    const show = (token) =>
      sealed ? this.opened(token, known.ring, known.now, sealed) : this.openChallenge({ ...known, token });
    show(known.token);
    const found = new Set();
    for (const token of changed(known.token, rule)) found.add(JSON.stringify(await this.outcome(() => show(token))));
    return [...found];
  }

  openChallenge(v) {
    return this.typed({ ...v, challenge: v.token, typed: v.code });
  }

  sealChallenge(v) {
    const code = { alphabet: v.alphabet, length: v.length, lifetime: v.lifetime };
    const { steps } = new this.sekisho.Verifier({ keys: v.ring, policy: { recordLifetime: v.lifetime, code } });
    const send = { ...binding(v), to: v.to, purpose: v.purpose };
    const sent = finish(steps.sendCode(send, { now: v.now, entropy: bytes(v.entropy) }));
    return { challenge: sent.challenge, code: sent.code };
  }

  issueResumeHandle(v) {
    const refused = { ...binding(v), requirement: { methods: v.methods } };
    const { handle, expiresAt } = new this.sekisho.Verifier({ keys: v.ring }).issueResumeHandle(refused, {
      now: v.now,
    });
    return { handle, expires_at: expiresAt };
  }

  checkResumeHandle(v) {
    const check = { ...binding(v), handle: v.handle, method: v.method };
    new this.sekisho.Verifier({ keys: v.ring }).checkResumeHandle(check, { now: v.now });
  }
}
