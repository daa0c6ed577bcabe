"""Brings cargo-cyclonedx's list down to what cargo builds: `cargo tree … | sbom.py LIST FOLDER FILE`.

cargo-cyclonedx goes by `cargo metadata`, which does not tell which optional dependencies a package has
switched on and so has crates that are not built in. FOLDER, where the list was made, is left out of it.
"""

import json
import re
import sys
from pathlib import Path

PACKAGE = re.compile(r"([\w-]+) v(\S+)")


def main():
    made, folder, file = sys.argv[1:]
    sbom = json.loads(Path(made).read_text().replace(folder, "."))
    built = {match.groups() for line in sys.stdin if (match := PACKAGE.match(line))}
    itself = sbom["metadata"]["component"]
    parts = [part for part in sbom["components"] if named(part) in built]
    # A library is listed by its name in code.
    own = (itself["name"].replace("_", "-"), itself["version"])
    missing = built - {own, *map(named, parts)}
    unlicensed = [named(part) for part in parts if not part.get("licenses")]
    if not built or missing or unlicensed:
        sys.exit(f"{made}: {len(built)} are built in; not listed {missing}, without a licence {unlicensed}")
    refs = {part["bom-ref"] for part in [itself, *parts]}
    sbom["components"] = parts
    sbom["dependencies"] = [
        {**entry, "dependsOn": [ref for ref in entry.get("dependsOn", []) if ref in refs]}
        for entry in sbom["dependencies"]
        if entry["ref"] in refs
    ]
    Path(file).write_text(json.dumps(sbom, indent=2) + "\n")
    print(f"{len(built)} packages, each with its licence: {file}")


def named(part):
    return part["name"], part["version"]


if __name__ == "__main__":
    main()
