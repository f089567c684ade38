#!/usr/bin/env python3
"""has_key.py FILE SECTION.KEY: whether a TOML file names the key under its section, commented or not."""
import re
import sys

path, key = sys.argv[1], sys.argv[2]
section, _, name = key.rpartition(".")
current = ""
for line in open(path, encoding="utf-8"):
    text = line.strip().lstrip("#").strip()
    heading = re.fullmatch(r"\[([a-z_.]+)\]\s*(#.*)?", text)
    if heading:
        current = heading.group(1)
    elif current == section and re.match(rf"{re.escape(name)}\s*=", text):
        sys.exit(0)
sys.exit(1)
