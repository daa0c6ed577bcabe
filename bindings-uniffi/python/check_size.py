"""``check_size.py WHEEL``: the wheel and the library in it against their budgets."""

import os
import sys
import zipfile

#: Bytes at most.
BUDGETS = {"wheel": 1_000_000, "library": 1_500_000}

wheel = sys.argv[1]
with zipfile.ZipFile(wheel) as archive:
    libraries = [entry.file_size for entry in archive.infolist() if "libsekisho" in entry.filename]
sizes = {"wheel": os.path.getsize(wheel), "library": sum(libraries)}
for name, budget in BUDGETS.items():
    print(f"{name}: {sizes[name]} of {budget} bytes")
if len(libraries) != 1 or any(sizes[name] > budget for name, budget in BUDGETS.items()):
    sys.exit(f"{wheel} is larger than its budget, or has not one library in it")
