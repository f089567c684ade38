#!/usr/bin/env python3
"""Checks that no source file has grown past 500 lines: there is a second room in it by then."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIMIT = 500

found = []
for folder in ("common", "daemon", "tests"):
    for path in sorted((ROOT / folder).rglob("*")):
        if path.suffix in (".cpp", ".hpp"):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > LIMIT:
                found.append(f"{path.relative_to(ROOT)}: {lines} lines, {LIMIT} are allowed")
print("\n".join(found))
sys.exit(1 if found else 0)
