"""Makes tests/vectors/password.json with argon2-cffi, hashlib, bcrypt and zxcvbn from PyPI.

Run as `make_password.py tests/vectors/password.json`. The values come from other implementations than
ours, which is why it is not part of the generator beside it.
"""

import base64
import hashlib
import json
import sys
import unicodedata

import bcrypt
from argon2.low_level import Type, core, ffi, hash_secret, lib
from zxcvbn import zxcvbn

nfkc = lambda s: unicodedata.normalize("NFKC", s)
b64 = lambda b: base64.b64encode(b).decode().rstrip("=")
SALT = bytes(range(16))
T = {"i": Type.I, "d": Type.D, "id": Type.ID}


def argon2(
    password,
    kind="id",
    m=64,
    t=2,
    p=1,
    v=19,
    salt=SALT,
    size=32,
    pepper=None,
    ad=b"",
    raw=False,
    show_v=True,
):
    """PHC string by the reference C library, through its full context (secret and data included)."""
    pw = (password if raw else nfkc(password)).encode()
    key = bytes.fromhex(pepper["key_hex"]) if pepper else b""
    out = ffi.new("uint8_t[]", size)
    bufs = [ffi.new("uint8_t[]", x or b"\0") for x in (pw, salt, key, ad)]
    ctx = ffi.new(
        "argon2_context *",
        dict(
            out=out,
            outlen=size,
            pwd=bufs[0],
            pwdlen=len(pw),
            salt=bufs[1],
            saltlen=len(salt),
            secret=bufs[2] if key else ffi.NULL,
            secretlen=len(key),
            ad=bufs[3] if ad else ffi.NULL,
            adlen=len(ad),
            t_cost=t,
            m_cost=m,
            lanes=p,
            threads=1,
            version=v,
            allocate_cbk=ffi.NULL,
            free_cbk=ffi.NULL,
            flags=lib.ARGON2_DEFAULT_FLAGS,
        ),
    )
    assert core(ctx, T[kind].value) == 0
    extra = (",keyid=" + b64(pepper["id"].encode()) if pepper else "") + (",data=" + b64(ad) if ad else "")
    version = f"v={v}$" if show_v else ""
    return f"$argon2{kind}${version}m={m},t={t},p={p}{extra}${b64(salt)}${b64(bytes(ffi.buffer(out)))}"


# the context interface against the plain one
assert argon2("x") == hash_secret(b"x", SALT, 2, 64, 1, 32, Type.ID).decode()

POLICY = {"m_kib": 64, "t": 2, "p": 1}
OLD = {"id": "2025", "key_hex": bytes(range(32, 64)).hex()}
NEW = {"id": "2026", "key_hex": bytes(range(64, 128)).hex()}
OTHER = {"id": "2026", "key_hex": bytes(range(100, 132)).hex()}
PW = "correct horse battery staple"
check = []


def ok(id, password, stored, needs_rehash, **more):
    check.append(
        dict(id=id, password=password, stored=stored, matches=True, needs_rehash=needs_rehash, **more)
    )


def no(id, password, stored, **more):
    check.append(dict(id=id, password=password, stored=stored, matches=False, needs_rehash=False, **more))


def err(id, stored, error, password=PW, **more):
    check.append(dict(id=id, password=password, stored=stored, error=error, **more))


LEGACY = {"feature": "legacy-hashes"}
FULL = {"m_kib": 19456, "t": 2, "p": 1}
WIDE = "\uff30\uff41\uff53\uff53\uff57\uff4f\uff52\uff44\uff11"  # fullwidth Password1

# Argon2
ok("argon2id-owasp", PW, argon2(PW, m=19456), False, policy=FULL)
no("argon2id-owasp-wrong", PW + " ", argon2(PW, m=19456), policy=FULL)
ok("argon2id", PW, argon2(PW), False)
no("argon2id-wrong", "incorrect horse battery staple", argon2(PW))
no("argon2id-case", PW.upper(), argon2(PW))
no("argon2id-prefix", PW[:-1], argon2(PW))
ok("argon2id-one-byte", "a", argon2("a"), False)
ok("argon2id-4096-bytes", "x" * 4096, argon2("x" * 4096), False)
ok("argon2id-nul", "a\0b", argon2("a\0b"), False)
no("argon2id-nul-cut", "a\0c", argon2("a\0b"))
ok("argon2id-space", "  ", argon2("  "), False)
ok("argon2id-weaker-memory", PW, argon2(PW, m=32), True)
ok("argon2id-stronger-memory", PW, argon2(PW, m=128), True)
ok("argon2id-other-passes", PW, argon2(PW, t=3), True)
ok("argon2id-other-lanes", PW, argon2(PW, p=2), True)
ok(
    "argon2id-four-lanes-as-policy",
    PW,
    argon2(PW, p=4),
    False,
    policy={"m_kib": 64, "t": 2, "p": 4},
)
ok("argon2id-short-tag", PW, argon2(PW, size=16), True)
ok("argon2id-long-tag", PW, argon2(PW, size=64), True)
ok("argon2id-short-salt", PW, argon2(PW, salt=bytes(range(8))), True)
ok("argon2id-long-salt", PW, argon2(PW, salt=bytes(range(48))), False)
ok("argon2id-v16", PW, argon2(PW, v=16), True)
ok("argon2id-v-absent", PW, argon2(PW, v=16, show_v=False), True)
no("argon2id-v-absent-is-not-19", PW, argon2(PW, v=19, show_v=False))
ok("argon2id-data", PW, argon2(PW, ad=b"bound data"), True)
no(
    "argon2id-data-wrong",
    PW,
    argon2(PW, ad=b"bound data").replace(b64(b"bound data"), b64(b"other data")),
)
for kind in "id":
    for v in (16, 19):
        ok(f"argon2{kind}-v{v}", PW, argon2(PW, kind, v=v), True)
        no(f"argon2{kind}-v{v}-wrong", PW + "!", argon2(PW, kind, v=v))
no("argon2-kind-swapped", PW, argon2(PW, "id").replace("argon2id", "argon2i"))

# Logto: Argon2i, 8192 KiB, 8 passes; and its first parameters, 4096 KiB, 256 passes
LOGTO_DECOY = (
    "$argon2i$v=19$m=8192,t=8,p=1$bG9ndG8tZGVjb3ktc2FsdA$mH8wiuxK7kCjJZJRxvXCN5BxUczufmGgV1stRYErj6w"
)
ok("logto-decoy", "logto-decoy-do-not-use", LOGTO_DECOY, True)
no("logto-decoy-wrong", "logto-decoy", LOGTO_DECOY)
ok("logto-argon2i", "Password123!", argon2("Password123!", "i", m=8192, t=8), True, policy=FULL)
ok("logto-argon2i-early", "Password123!", argon2("Password123!", "i", m=4096, t=256), True)

# normalising
ok("nfkc-typed-wide", WIDE, argon2("Password1"), False)
ok("nfkc-typed-decomposed", "cafe\u0301 olé", argon2("café olé"), False)
ok("nfkc-stored-as-typed", "cafe\u0301 olé", argon2("cafe\u0301 olé", raw=True), True)
ok("nfkc-stored-wide", WIDE, argon2(WIDE, raw=True), True)
no("nfkc-only-one-way", "Password1", argon2(WIDE, raw=True))
no("nfkc-wrong", WIDE + "!", argon2("Password1"))
ok("nfkc-emoji", "🔑🗝️ 鍵", argon2("🔑🗝️ 鍵"), False)

# peppers
with_new = dict(POLICY, pepper=NEW, older=[OLD])
ok("pepper-current", PW, argon2(PW, pepper=NEW), False, policy=with_new)
no("pepper-current-wrong", PW + "x", argon2(PW, pepper=NEW), policy=with_new)
ok("pepper-older", PW, argon2(PW, pepper=OLD), True, policy=with_new)
ok("pepper-none-yet", PW, argon2(PW), True, policy=with_new)
ok("pepper-given-up", PW, argon2(PW, pepper=OLD), True, policy=dict(POLICY, older=[OLD]))
no("pepper-other-key", PW, argon2(PW, pepper=OTHER), policy=with_new)
no(
    "pepper-stripped",
    PW,
    argon2(PW, pepper=NEW).replace(",keyid=" + b64(b"2026"), ""),
    policy=with_new,
)
no(
    "pepper-swapped",
    PW,
    argon2(PW, pepper=NEW).replace(b64(b"2026"), b64(b"2025")),
    policy=with_new,
)
ok("pepper-with-data", PW, argon2(PW, pepper=NEW, ad=b"data"), True, policy=with_new)
err("pepper-unknown", argon2(PW, pepper=NEW), "pepper_unknown", policy=dict(POLICY, pepper=OLD))
err("pepper-unconfigured", argon2(PW, pepper=NEW), "pepper_unknown")


# bcrypt
def bc(password, prefix="2b", cost=4, salt=b"abcdefghijklmnopqrstuu"):
    made = bcrypt.hashpw(password.encode()[:72], b"$2b$%02d$" % cost + salt).decode()
    return made.replace("$2b$", f"${prefix}$", 1)


for prefix in ("2a", "2b", "2y"):
    ok(f"bcrypt-{prefix}", PW, bc(PW, prefix), True, **LEGACY)
    no(f"bcrypt-{prefix}-wrong", PW + "!", bc(PW, prefix), **LEGACY)
ok(
    "bcrypt-cost-6-jbcrypt",
    "abc",
    "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i",
    True,
    **LEGACY,
)
ok("bcrypt-utf8", "pässwörd ☃", bc("pässwörd ☃"), True, **LEGACY)
ok("bcrypt-71-bytes", "x" * 71, bc("x" * 71), True, **LEGACY)
ok("bcrypt-72-bytes", "x" * 72, bc("x" * 72), True, **LEGACY)
ok("bcrypt-cut-at-72-bytes", "x" * 72 + "y" * 100, bc("x" * 72 + "z"), True, **LEGACY)
no("bcrypt-not-cut-at-71-bytes", "x" * 71 + "y", bc("x" * 71 + "z"), **LEGACY)
ok("bcrypt-stored-as-typed", "cafe\u0301", bc("cafe\u0301"), True, **LEGACY)
err("bcrypt-2x", bc(PW, "2x"), "password_hash_invalid", **LEGACY)
err("bcrypt-cost-15", bc(PW).replace("$04$", "$15$"), "password_hash_too_costly", **LEGACY)
err("bcrypt-cost-31", bc(PW).replace("$04$", "$31$"), "password_hash_too_costly", **LEGACY)
err("bcrypt-cost-99", bc(PW).replace("$04$", "$99$"), "password_hash_too_costly", **LEGACY)
err("bcrypt-cost-3", bc(PW).replace("$04$", "$03$"), "password_hash_invalid", **LEGACY)
err("bcrypt-cost-sign", bc(PW).replace("$04$", "$+4$"), "password_hash_invalid", **LEGACY)
err("bcrypt-short", bc(PW)[:-1], "password_hash_invalid", **LEGACY)
err("bcrypt-long", bc(PW) + ".", "password_hash_invalid", **LEGACY)
err("bcrypt-multibyte", bc(PW)[:27] + "é" + bc(PW)[29:], "password_hash_invalid", **LEGACY)


# PBKDF2
def pb(password, ident="pbkdf2-sha256", i=1000, size=32, salt=SALT, l=True, raw=False):
    fn = {"pbkdf2": "sha1", "pbkdf2-sha256": "sha256", "pbkdf2-sha512": "sha512"}[ident]
    tag = hashlib.pbkdf2_hmac(fn, password.encode(), salt, i, size)
    return f"${ident}$i={i}{f',l={size}' if l else ''}${b64(salt)}${b64(tag)}"


for ident, size in (("pbkdf2", 20), ("pbkdf2-sha256", 32), ("pbkdf2-sha512", 64)):
    ok(ident, PW, pb(PW, ident, size=size), True, **LEGACY)
    no(ident + "-wrong", PW + "!", pb(PW, ident, size=size), **LEGACY)
ok("pbkdf2-without-length", PW, pb(PW, l=False), True, **LEGACY)
ok("pbkdf2-two-blocks", PW, pb(PW, "pbkdf2-sha256", size=64), True, **LEGACY)
ok("pbkdf2-one-iteration", PW, pb(PW, i=1), True, **LEGACY)
err("pbkdf2-length-differs", pb(PW).replace("l=32", "l=31"), "password_hash_invalid", **LEGACY)
err("pbkdf2-no-iterations", pb(PW).replace("i=1000", "i=0"), "password_hash_invalid", **LEGACY)
err("pbkdf2-iterations-absent", pb(PW).replace("i=1000,", ""), "password_hash_invalid", **LEGACY)
err(
    "pbkdf2-iterations-high",
    pb(PW).replace("i=1000", "i=1500001"),
    "password_hash_too_costly",
    **LEGACY,
)
err(
    "pbkdf2-iterations-highest",
    pb(PW).replace("i=1000", "i=4294967295"),
    "password_hash_too_costly",
    **LEGACY,
)
err(
    "pbkdf2-iterations-beyond",
    pb(PW).replace("i=1000", "i=4294967296"),
    "password_hash_invalid",
    **LEGACY,
)
err(
    "pbkdf2-two-blocks-too-costly",
    pb(PW, size=64).replace("i=1000", "i=1000000"),
    "password_hash_too_costly",
    **LEGACY,
)
err("pbkdf2-short-tag", pb(PW, size=15), "password_hash_invalid", **LEGACY)
err("pbkdf2-unknown-function", pb(PW).replace("sha256", "sha3"), "password_hash_invalid", **LEGACY)


# scrypt
def sc(password, ln=4, r=8, p=1, size=32, salt=SALT):
    tag = hashlib.scrypt(password.encode(), salt=salt, n=2**ln, r=r, p=p, dklen=size, maxmem=2**30)
    return f"$scrypt$ln={ln},r={r},p={p}${b64(salt)}${b64(tag)}"


ok("scrypt", PW, sc(PW), True, **LEGACY)
no("scrypt-wrong", PW + "!", sc(PW), **LEGACY)
ok("scrypt-lanes", PW, sc(PW, p=3), True, **LEGACY)
ok("scrypt-owasp", PW, sc(PW, ln=13, p=10), True, **LEGACY)
ok(
    "scrypt-passlib",
    "password",
    "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E",
    True,
    **LEGACY,
)
for id, old, new, code in (
    ("ln-0", "ln=4", "ln=0", "invalid"),
    ("ln-18", "ln=4", "ln=18", "too_costly"),
    ("ln-63", "ln=4", "ln=63", "too_costly"),
    ("ln-highest", "ln=4", "ln=4294967295", "too_costly"),
    ("r-0", "r=8", "r=0", "invalid"),
    ("r-highest", "r=8", "r=4294967295", "too_costly"),
    ("p-0", "p=1", "p=0", "invalid"),
    ("p-17", "p=1", "p=17", "too_costly"),
    ("p-highest", "p=1", "p=4294967295", "too_costly"),
    ("r-absent", ",r=8", "", "invalid"),
    ("unknown-parameter", "p=1", "p=1,x=1", "invalid"),
    ("twice", "p=1", "p=1,p=1", "invalid"),
    ("negative", "p=1", "p=-1", "invalid"),
    ("version", "$scrypt$", "$scrypt$v=1$", "invalid"),
):
    err("scrypt-" + id, sc(PW).replace(old, new), "password_hash_" + code, **LEGACY)

# plain digests
for name in ("md5", "sha1", "sha256"):
    digest = hashlib.new(name, PW.encode()).hexdigest()
    ok(name, PW, digest, True, **LEGACY)
    ok(name + "-upper-case", PW, digest.upper(), True, **LEGACY)
    no(name + "-wrong", PW + "!", digest, **LEGACY)
ok(
    "sha256-stored-as-typed",
    "cafe\u0301",
    hashlib.sha256("cafe\u0301".encode()).hexdigest(),
    True,
    **LEGACY,
)
err("hex-of-no-digest", "0" * 63, "password_hash_invalid", **LEGACY)
err("hex-with-g", "g" * 64, "password_hash_invalid", **LEGACY)
err("hex-with-sign", "+f" * 16, "password_hash_invalid", **LEGACY)
err("hex-multibyte", "é" * 16, "password_hash_invalid", **LEGACY)


# Logto's Legacy form
def logto(*form):
    return json.dumps(form, separators=(",", ":"), ensure_ascii=False)


def logto_pb(password, salt="salt123", i=1000, size=32, fn="sha256", name="pbkdf2", salt_bytes=None):
    tag = hashlib.pbkdf2_hmac(fn, password.encode(), salt_bytes or salt.encode(), i, size).hex()
    return logto(name, [salt, str(i), str(size), fn, "@"], tag)


ok(
    "logto-sha256-salted",
    "password123",
    logto(
        "sha256",
        ["salt123", "@"],
        "c465f66c6ac481a7a17e9ed5b4e2e7e7288d892f12bf1c95c140901e9a70436e",
    ),
    True,
    **LEGACY,
)
ok(
    "logto-md5",
    "simple_password",
    logto("md5", ["@"], "51533f457802f105fc615463db7f0e20"),
    True,
    **LEGACY,
)
ok(
    "logto-sha1-prefix-suffix",
    "mypass",
    logto("sha1", ["prefix", "@", "suffix"], "1e51b70835fc01a385d43117299e147203d098c6"),
    True,
    **LEGACY,
)
no(
    "logto-sha1-order",
    "mypass",
    logto("sha1", ["@", "prefix", "suffix"], "1e51b70835fc01a385d43117299e147203d098c6"),
    **LEGACY,
)
ok(
    "logto-sha512",
    PW,
    logto("SHA512", ["a", "@", "@"], hashlib.sha512(("a" + PW * 2).encode()).hexdigest()),
    True,
    **LEGACY,
)
for fn in ("sha1", "sha256", "sha512"):
    ok(f"logto-pbkdf2-{fn}", "Password123!", logto_pb("Password123!", fn=fn), True, **LEGACY)
    no(f"logto-pbkdf2-{fn}-wrong", "Password123", logto_pb("Password123!", fn=fn), **LEGACY)
ok("logto-pbkdf2sync", PW, logto_pb(PW, name="pbkdf2Sync"), True, **LEGACY)
ok(
    "logto-pbkdf2-hex-salt",
    "Password123!",
    logto_pb("Password123!", "hex:80ff00414243", salt_bytes=bytes.fromhex("80ff00414243")),
    True,
    **LEGACY,
)
for id, stored, code in (
    ("no-json", "[", "invalid"),
    ("empty", "[]", "invalid"),
    ("no-password", logto("sha256", ["salt"], "00" * 32), "invalid"),
    ("four-elements", logto("sha256", ["@"], "00" * 32, "x"), "invalid"),
    ("number", '["sha256",["@"],7]', "invalid"),
    ("unknown-function", logto("blake2b512", ["@"], "00" * 64), "invalid"),
    (
        "firebase-scrypt",
        logto("firebase-scrypt", ["c2FsdA==", "a2V5", "Bw==", "8", "14", "@"], "AAAA"),
        "invalid",
    ),
    ("short-tag", logto("sha256", ["@"], "00" * 31), "invalid"),
    ("no-hex", logto("sha256", ["@"], "zz" * 32), "invalid"),
    ("pbkdf2-salt-is-password", logto_pb(PW, "@"), "invalid"),
    ("pbkdf2-empty-salt", logto_pb(PW, ""), "invalid"),
    ("pbkdf2-bad-hex-salt", logto_pb(PW, "hex:zz"), "invalid"),
    ("pbkdf2-few-arguments", logto("pbkdf2", ["salt", "1000", "@"], "00" * 32), "invalid"),
    ("pbkdf2-length-differs", logto_pb(PW).replace('"32"', '"33"'), "invalid"),
    ("pbkdf2-iterations-sign", logto_pb(PW).replace('"1000"', '"+1000"'), "invalid"),
    ("pbkdf2-iterations-high", logto_pb(PW).replace('"1000"', '"1500001"'), "too_costly"),
    ("pbkdf2-tag-of-129-bytes", logto_pb(PW, size=129), "invalid"),
    ("deep", "[" * 1000, "invalid"),
):
    err("logto-" + id, stored, "password_hash_" + code, **LEGACY)


def sized(total):
    tag = lambda salt: hashlib.sha256((salt + PW).encode()).hexdigest()
    salt = "s" * (total - len(logto("sha256", ["", "@"], tag(""))))
    return logto("sha256", [salt, "@"], tag(salt))


assert len(sized(1024)) == 1024
ok("logto-1024-bytes", PW, sized(1024), True, **LEGACY)
err("logto-1025-bytes", sized(1025), "password_hash_invalid", **LEGACY)

# unreadable and hostile Argon2 strings
H = argon2(PW)
M = "m=64,t=2,p=1"
for id, stored, code in (
    ("empty", "", "invalid"),
    ("dollar", "$", "invalid"),
    ("name-alone", "$argon2id", "invalid"),
    ("plain-text", "hunter42", "invalid"),
    ("space-before", " " + H, "invalid"),
    ("newline-after", H + "\n", "invalid"),
    ("unknown-kind", H.replace("argon2id", "argon2x"), "invalid"),
    ("v18", H.replace("v=19", "v=18"), "invalid"),
    ("v-empty", H.replace("v=19", "v="), "invalid"),
    ("m-absent", H.replace("m=64,", ""), "invalid"),
    ("t-absent", H.replace("t=2,", ""), "invalid"),
    ("p-absent", H.replace(",p=1", ""), "invalid"),
    ("no-parameters", H.replace(M + "$", ""), "invalid"),
    ("m-twice", H.replace("m=64", "m=64,m=64"), "invalid"),
    ("unknown-parameter", H.replace("p=1", "p=1,x=1"), "invalid"),
    ("m-0", H.replace("m=64", "m=0"), "invalid"),
    ("m-7", H.replace("m=64", "m=7"), "invalid"),
    ("t-0", H.replace("t=2", "t=0"), "invalid"),
    ("p-0", H.replace("p=1", "p=0"), "invalid"),
    ("m-below-8p", H.replace("p=1", "p=9"), "invalid"),
    ("m-zero-led", H.replace("m=64", "m=064"), "invalid"),
    ("m-beyond", H.replace("m=64", "m=4294967296"), "invalid"),
    ("m-signed", H.replace("m=64", "m=-64"), "invalid"),
    ("m-hex", H.replace("m=64", "m=0x40"), "invalid"),
    ("m-high", H.replace("m=64", "m=131073"), "too_costly"),
    ("m-highest", H.replace("m=64", "m=4294967295"), "too_costly"),
    ("t-highest", H.replace("t=2", "t=4294967295"), "too_costly"),
    ("m-times-t", H.replace(M, "m=131072,t=9,p=1"), "too_costly"),
    ("all-highest", H.replace(M, "m=4294967295,t=4294967295,p=16777215"), "too_costly"),
    ("p-17", H.replace(M, "m=1024,t=2,p=17"), "too_costly"),
    ("p-beyond", H.replace("p=1", "p=16777216"), "invalid"),
    ("no-tag", H[: H.rindex("$")], "invalid"),
    ("tag-empty", H[: H.rindex("$") + 1], "invalid"),
    ("tag-short", argon2(PW, size=12), "invalid"),
    ("tag-cut", H[:-1], "invalid"),
    ("tag-not-canonical", H[:-1] + chr(ord(H[-1]) + 1), "invalid"),
    ("tag-padded", H + "=", "invalid"),
    ("salt-not-base64", H.replace(b64(SALT), "*" * 22), "invalid"),
    ("salt-short", H.replace(b64(SALT), b64(SALT[:7])), "invalid"),
    ("salt-long", H.replace(b64(SALT), b64(bytes(49))), "invalid"),
    ("field-too-many", H + "$", "invalid"),
    ("keyid-long", H.replace("p=1", "p=1,keyid=" + b64(b"123456789")), "invalid"),
    ("keyid-not-base64", H.replace("p=1", "p=1,keyid=a"), "invalid"),
    ("data-long", H.replace("p=1", "p=1,data=" + b64(bytes(33))), "invalid"),
    ("multibyte", H.replace("m=64", "m=６４"), "invalid"),
    ("too-long", H + "A" * 1024, "invalid"),
    ("nul", H + "\0", "invalid"),
):
    err("argon2-" + id, stored, "password_hash_" + code)
err("password-empty", H, "password_invalid", password="")
err("password-4097-bytes", H, "password_invalid", password="x" * 4097)

# new hashes
hash_ = []
for id, password, policy in (
    ("owasp", PW, FULL),
    ("low", PW, POLICY),
    ("lanes", PW, {"m_kib": 64, "t": 1, "p": 4}),
    ("m-not-a-multiple", PW, {"m_kib": 67, "t": 3, "p": 2}),
    ("nfkc", WIDE, POLICY),
    ("decomposed", "cafe\u0301", POLICY),
    ("long", "x" * 4096, POLICY),
    ("pepper", PW, dict(POLICY, pepper=NEW)),
    ("pepper-1-character", PW, dict(POLICY, pepper=dict(NEW, id="a"))),
    ("pepper-8-characters", PW, dict(POLICY, pepper=dict(OLD, id="2026-07a"))),
):
    salt = hashlib.sha256(id.encode()).digest()[:16]
    phc = argon2(
        password,
        m=policy["m_kib"],
        t=policy["t"],
        p=policy["p"],
        salt=salt,
        pepper=policy.get("pepper"),
    )
    hash_.append(dict(id=id, password=password, salt_hex=salt.hex(), policy=policy, phc=phc))
for id, password, salt, error in (
    ("salt-zero", PW, bytes(16), "entropy_unusable"),
    ("salt-equal", PW, b"\xa5" * 16, "entropy_unusable"),
):
    hash_.append(dict(id=id, password=password, salt_hex=salt.hex(), policy=POLICY, error=error))

# acceptance: what is below by hand is checked against nothing but the rules; `pwned` is zxcvbn's
SHORT, LONG, REP, SEQ, OWN, WORDS, PWNED = (
    "password_rejected." + c
    for c in (
        "too_short",
        "too_long",
        "restricted.repetition",
        "restricted.sequence",
        "restricted.user_info",
        "restricted.words",
        "pwned",
    )
)
ME = ["tanaka42", "Hanako.Tanaka@Example.com", "+81 90-1234-5678", "田中花子"]
accept = []
for id, password, own, by_hand in (
    ("passphrase", PW, [], []),
    ("random-8", "vK3#qZ8!", [], []),
    ("random-16", "p7Gq2xRk9Lm4Wz5T", ME, []),
    ("japanese", "関所の通行手形を見せよ", ME, []),
    ("emoji", "🦊🌋🧂🪐🎻🧊🪤🛶", [], []),
    ("spaces", "seven otters juggle plums", [], []),
    ("characters-7", "vK3#qZ8", [], [SHORT]),
    ("characters-7-of-28-bytes", "🦊🌋🧂🪐🎻🧊🪤", [], [SHORT]),
    ("one", "x", [], [SHORT]),
    ("characters-256", "".join(chr(0x4E00 + 37 * n) for n in range(256)), [], []),
    ("characters-257", "".join(chr(0x4E00 + 37 * n) for n in range(257)), [], [LONG]),
    ("long-says-only-that", "a" * 257, [], [LONG]),
    ("nfkc-makes-8", "xW3#\ufb02Q9", [], []),
    ("nfkc-makes-7", "u\u0308vK3#qZ", [], [SHORT]),
    ("common", "password", [], []),
    ("common-with-digits", "Password123", [], []),
    ("common-leet", "p4ssw0rd!", [], []),
    ("common-wide", "ｐａｓｓｗｏｒｄ", [], []),
    ("date", "19840229", [], []),
    ("name", "jennifer1", [], []),
    ("same-character", "aaaaaaaa", [], [REP]),
    ("same-character-mixed-case", "aAaAaAaA", [], [REP]),
    ("unit-of-3", "abcabcabc", [], [REP, SEQ]),
    ("unit-of-4", "xk2#xk2#", [], [REP]),
    ("unit-cut", "xk2#xk2#xk", [], [REP]),
    ("same-but-2", "aaaaaaaa1z", [], [REP]),
    ("same-but-3", "aaaaaaaa1z!", [], []),
    ("runs", "111222333444", [], [REP]),
    ("digits-up", "12345678", [], [SEQ]),
    ("digits-down", "87654321", [], [SEQ]),
    ("letters", "abcdefgh", [], [SEQ]),
    ("keyboard", "qwertyui", [], [SEQ]),
    ("keyboard-upper", "QWERTYUI", [], [SEQ]),
    ("keyboard-columns", "1qaz2wsx3edc", [], [SEQ]),
    ("sequence-and-run", "aaaa4567", [], [REP, SEQ]),
    ("sequence-but-2", "12345678xk", [], [SEQ]),
    ("sequence-but-3", "abcdefghX#7", [], []),
    ("own-username", "tanaka42", ME, [OWN]),
    ("own-username-inside", "Xq7-TANAKA42-vK3", ME, [OWN]),
    ("own-mail", "hanako.tanaka@example.com", ME, [OWN]),
    ("own-mail-local", "Zx!Hanako.Tanaka9", ME, [OWN]),
    ("own-phone", "819012345678", ME, [OWN]),
    ("own-phone-national", "090-1234-5678", ME, [OWN]),
    ("own-phone-between", "vK#12345678qZ!", ME, [OWN]),
    ("own-phone-part", "vK#2345678qZ!w", ME, []),
    ("own-name", "田中花子の秘密の庭園", ME, [OWN]),
    ("own-wide", "ｔａｎａｋａ４２＃ｖＫ", ME, [OWN]),
    ("own-short-is-not-sought", "bob likes seven otters", ["bob"], []),
    ("own-empty", PW, ["", " ", "@", "+"], []),
    ("own-of-another", "tanaka42 vK3#qZ8!", ["suzuki7", "s@example.org"], []),
):
    text = nfkc(password)
    terms = [nfkc(o.strip()).lower() for o in own]
    terms += [t.rsplit("@", 1)[0] for t in terms if "@" in t]
    terms = [t for t in terms if len(t) >= 4]
    got = list(by_hand)
    if LONG not in got and zxcvbn(text[:40], terms)["guesses"] < 10**8:
        got.append(PWNED)
    accept.append(dict(id=id, password=password, own_data=own, rejections=got))

# What the operator forbids besides: words inside, in whatever case, and whole leaked passwords.
for id, password, words, leaked, rejections in (
    ("word-inside", "Xq7-SEKISHO-vK3", ["Sekisho"], [], [WORDS]),
    ("word-wide", "ｓｅｋｉｓｈｏ＃ｖＫ３", ["sekisho"], [], [WORDS]),
    ("word-short-is-not-sought", "bob likes seven otters", ["bob"], [], []),
    ("word-of-another", PW, ["sekisho", " "], [], []),
    ("leaked", "seven otters juggle plums", [], ["x", "Seven Otters juggle plums"], [PWNED]),
    ("leaked-wide", "ｓｅｖｅｎ otters juggle plums", [], ["seven otters juggle plums"], [PWNED]),
    ("leaked-inside", "seven otters juggle plums!", [], ["seven otters juggle plums"], []),
    ("leaked-and-word", "sekisho otters gated", ["SEKISHO"], ["sekisho otters gated"], [WORDS, PWNED]),
):
    accept.append(
        dict(id=id, password=password, own_data=[], words=words, leaked=leaked, rejections=rejections)
    )


def lines(entries):
    return "[\n" + ",\n".join("    " + json.dumps(e, ensure_ascii=True) for e in entries) + "\n  ]"


ids = [e["id"] for e in check]
assert len(ids) == len(set(ids)), [i for i in ids if ids.count(i) > 1]
with open(sys.argv[1], "w") as out:
    out.write(
        '{\n  "policy": '
        + json.dumps(POLICY)
        + ',\n  "check": '
        + lines(check)
        + ',\n  "hash": '
        + lines(hash_)
        + ',\n  "accept": '
        + lines(accept)
        + "\n}\n"
    )
print(len(check), len(hash_), len(accept))
