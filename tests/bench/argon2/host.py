"""Makes the hashes that are asked for on standard input, by argon2-cffi and by the system's C libraries.

A line of JSON for each, as for ``host.mjs``.
"""

import ctypes
import json
import sys
import time

from argon2.low_level import Type, hash_secret_raw

TAG_BYTES = 32


def main():
    sides = {"argon2-cffi": argon2_cffi, "C libargon2": libargon2(), "libsodium": libsodium()}
    for line in sys.stdin:
        asked = json.loads(line)
        password, salt = asked["password"].encode(), asked["salt"].encode()
        setting = asked["setting"]
        hashed = sides[asked["side"]]
        begun = time.perf_counter()
        tag = hashed(password, salt, setting["memoryKib"], setting["passes"])
        seconds = time.perf_counter() - begun
        print(json.dumps({"milliseconds": seconds * 1e3, "tag": tag.hex()}), flush=True)


def argon2_cffi(password, salt, memory_kib, passes):
    return hash_secret_raw(password, salt, passes, memory_kib, 1, TAG_BYTES, Type.ID)


def libargon2():
    library = ctypes.CDLL("libargon2.so.1")
    u32, size, bytes_ = ctypes.c_uint32, ctypes.c_size_t, ctypes.c_char_p
    function = library.argon2id_hash_raw
    function.argtypes = [u32, u32, u32, bytes_, size, bytes_, size, bytes_, size]

    def hashed(password, salt, memory_kib, passes):
        tag = ctypes.create_string_buffer(TAG_BYTES)
        parameters = (passes, memory_kib, 1, password, len(password), salt, len(salt))
        check(function(*parameters, tag, TAG_BYTES), "argon2id_hash_raw")
        return tag.raw

    return hashed


def libsodium():
    library = ctypes.CDLL("libsodium.so.23")
    # It chooses the code for the processor's vectors here.
    if library.sodium_init() < 0:
        raise OSError("sodium_init failed")
    u64, size, bytes_ = ctypes.c_ulonglong, ctypes.c_size_t, ctypes.c_char_p
    function = library.crypto_pwhash
    function.argtypes = [bytes_, u64, bytes_, u64, bytes_, u64, size, ctypes.c_int]
    algorithm = library.crypto_pwhash_alg_argon2id13()

    def hashed(password, salt, memory_kib, passes):
        tag = ctypes.create_string_buffer(TAG_BYTES)
        cost = (passes, memory_kib * 1024, algorithm)
        check(function(tag, TAG_BYTES, password, len(password), salt, *cost), "crypto_pwhash")
        return tag.raw

    return hashed


def check(status, call):
    if status != 0:
        raise OSError(f"{call} answers {status}")


if __name__ == "__main__":
    main()
