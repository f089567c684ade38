#!/usr/bin/env python3
"""Checks that each folder includes only what the architecture allows (docs/architecture.md, "Who may see whom")."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# A module may include itself, common, and these.
ALLOWED = {
    "common": set(),
    "daemon/app": {"*"},
    "daemon/cli": {"*"},
    "daemon/api": {"daemon/http/server", "daemon/engine", "daemon/store", "daemon/files", "daemon/upkeep",
                   "daemon/web"},
    "daemon/engine": {"daemon/store", "daemon/leonardo", "daemon/files"},
    "daemon/spool": {"daemon/store", "daemon/files"},
    "daemon/hooks": {"daemon/store", "daemon/http/client", "daemon/files"},
    "daemon/leonardo": {"daemon/http/client"},
    "daemon/store": set(),
    "daemon/http/client": set(),
    "daemon/http/local": set(),
    "daemon/http/server": set(),
    "daemon/files": set(),
    "daemon/metrics": {"daemon/leonardo", "daemon/store", "daemon/engine"},
    "daemon/upkeep": {"daemon/store", "daemon/files"},
    "daemon/web": set(),
    "daemon/main.cpp": {"daemon/cli"},
}

# A library's headers stay where its wrapper lives.
CONFINED = {"sqlite3.h": "daemon/store/sqlite", "boost/beast": "daemon/http", "prometheus/": "daemon/metrics"}


def module_of(path: str) -> str:
    matches = [module for module in ALLOWED if path == module or path.startswith(module + "/")]
    return max(matches, key=len, default="")


def problems_of(path: pathlib.Path):
    name = path.relative_to(ROOT).as_posix()
    module = module_of(name)
    if not module:
        yield f"{name}: belongs to no module that .dev/check_includes.py knows"
        return
    allowed = ALLOWED[module]
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = re.match(r'#include [<"]([^>"]+)[>"]', line)
        if not found:
            continue
        header = found.group(1)
        for library, home in CONFINED.items():
            if header.startswith(library) and not name.startswith(home + "/"):
                yield f"{name}:{number}: {header} may be included below {home} only"
        target = module_of(header)
        if target and target not in (module, "common") and "*" not in allowed and target not in allowed:
            yield f"{name}:{number}: {module} may not include {target} ({header})"
        if header.startswith("daemon/") and not target:
            yield f"{name}:{number}: {header} is in no known module"


def main() -> int:
    files = [p for folder in ("common", "daemon") for p in (ROOT / folder).rglob("*") if p.suffix in (".cpp", ".hpp")]
    found = [problem for path in sorted(files) for problem in problems_of(path)]
    print("\n".join(found))
    return 1 if found else 0


sys.exit(main())
