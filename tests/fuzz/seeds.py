"""Writes the vectors as seeds for the fuzz targets: `seeds.py FOLDER`."""

import base64
import hashlib
import json
import sys
from pathlib import Path

VECTORS = Path(__file__).parents[1] / "vectors"


def cases(file, *sections):
    document = json.loads((VECTORS / f"{file}.json").read_text())
    return [case for section in sections for case in document[section]]


def tokens():
    return [case["token"] for case in cases("token", "open_record", "open_challenge")]


def sealed_fields():
    """What stands between the prefix and the MAC of well-formed tokens, with its kind before it."""
    for token in tokens():
        kind = {"sekisho_r1_": 0, "sekisho_c1_": 1}.get(token[:11])
        if kind is not None and len(token) in (183, 207) and token.isascii():
            yield bytes([kind]) + base64.urlsafe_b64decode(token[11:])[:-32]


SEEDS = {
    "identifier": lambda: [case["value"] for case in cases("identifier", "parse")],
    "key_ring": lambda: [case["text"] for case in cases("keyring", "parse")],
    "operation": lambda: [case["json"] for case in cases("operation", "digest")],
    "requirement": lambda: [case["text"] for case in cases("requirement", "from_challenge")],
    "sealed_fields": sealed_fields,
    "stored_hash": lambda: [f"{case['password']}\n{case['stored']}" for case in cases("password", "check")],
    "token": tokens,
}


def main():
    for target, seeds in SEEDS.items():
        folder = Path(sys.argv[1]) / target
        folder.mkdir(parents=True, exist_ok=True)
        for seed in seeds():
            content = seed if isinstance(seed, bytes) else seed.encode()
            (folder / hashlib.sha1(content).hexdigest()).write_bytes(content)


if __name__ == "__main__":
    main()
