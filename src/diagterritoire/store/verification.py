"""Comparing what lies in the two folders of a delivery with its manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from diagterritoire.errors import DataError
from diagterritoire.store.digest import MANIFEST, inventory, run_id_of, sha256
from diagterritoire.store.disk import disk_errors
from diagterritoire.store.places import Places, check_slug

Nature = Literal["absent", "modifie", "en_trop", "execution", "manifeste", "interrompu"]


@dataclass(frozen=True)
class Difference:
    """One thing that is not as the manifest says.

    Attributes
    ----------
    nature : str
        `absent`, `modifie`, `en_trop` (files), `execution` (run ids that differ), `manifeste`
        (missing or unreadable), `interrompu` (a delivery to finish at the next run).
    fichier : str
        Published name of the file or folder.
    detail : str
        French sentence.
    """

    nature: Nature
    fichier: str
    detail: str

    def __str__(self) -> str:
        """Return the name and the sentence."""
        return f"{self.fichier} : {self.detail}"


def verify(maps_root: Path, processed_root: Path, slug: str) -> list[Difference]:
    """Hash a delivery again and list what differs from its manifest, sorted by file.

    Parameters
    ----------
    maps_root, processed_root : Path
        Folders that hold one folder a territory.
    slug : str
        Folder name of the territory.

    Returns
    -------
    list of Difference
        Empty when every byte is as delivered.

    Raises
    ------
    UsageError
        The slug is not one.
    DataError
        Nothing was delivered under this slug.
    DiskError
        A file cannot be read.
    """
    places = Places.of(maps_root, processed_root, check_slug(slug))
    maps, processed = places.maps.final, places.processed.final
    if not maps.is_dir() and not processed.is_dir():
        raise DataError(
            f"Aucune livraison pour « {slug} » : ni « {maps} » ni « {processed} » n'existe.",
            "Lancez d'abord le diagnostic du territoire, ou indiquez --maps et --processed.",
        )
    with disk_errors(processed):
        return sorted(_differences(places, slug), key=lambda d: (d.fichier, d.nature))


def _differences(places: Places, slug: str) -> list[Difference]:
    maps, processed = places.maps.final, places.processed.final
    differences: list[Difference] = []
    if places.journal.exists():
        differences.append(
            Difference(
                "interrompu",
                f"data/processed/{slug}",
                "une livraison interrompue sera terminée au prochain lancement",
            )
        )
    manifest, problem = read_manifest(processed)
    if problem:
        name = f"data/processed/{slug}/{MANIFEST}"
        return [*differences, Difference("manifeste", name, problem)]
    run_id = manifest.get("run_id")
    for name, folder in ((f"maps/{slug}", maps), (f"data/processed/{slug}", processed)):
        if (found := run_id_of(folder)) != run_id:
            detail = f"exécution {found or 'inconnue'} au lieu de {run_id}"
            differences.append(Difference("execution", name, detail))
    return differences + compare(manifest, inventory(maps, processed, slug))


def signature(processed: Path) -> str:
    """Fingerprint of all that a delivery gave, by its manifest; empty when there is none to read.

    Two deliveries of the same bytes have the same one: the run log, which varies, is left out.

    Examples
    --------
    >>> signature(Path("nulle part"))
    ''
    """
    manifest, problem = read_manifest(processed)
    if problem:
        return ""
    told = json.dumps(manifest["sorties"], sort_keys=True)
    return hashlib.sha256(told.encode("ascii")).hexdigest()


def read_manifest(processed: Path) -> tuple[dict[str, Any], str]:
    """Manifest of a delivered folder; when it cannot be read, an empty one and the reason."""
    try:
        document = json.loads((processed / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, "absent"
    except (ValueError, RecursionError) as error:
        return {}, f"illisible ({error})"
    if not isinstance(document, dict) or not isinstance(document.get("sorties"), dict):
        return {}, "illisible (la liste des sorties manque)"
    return document, ""


def compare(manifest: Mapping[str, Any], files: Mapping[str, Path]) -> list[Difference]:
    """Differences between the outputs of a manifest and files given by published name.

    No path is ever built from the manifest's text.
    """
    expected = _expected(manifest)
    found = [Difference("absent", n, "fichier absent") for n in expected if n not in files]
    for name, path in files.items():
        if name not in expected:
            found.append(Difference("en_trop", name, "fichier qui n'a pas été livré"))
        elif path.is_symlink():
            found.append(Difference("modifie", name, "remplacé par un lien symbolique"))
        elif (actual := sha256(path)) != _field(expected[name], "sha256"):
            found.append(Difference("modifie", name, _changed(path, actual, expected[name])))
    return sorted(found, key=lambda d: (d.fichier, d.nature))


def _expected(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """List the outputs of a manifest; the run log, which varies, is apart from the others."""
    log = _field(manifest.get("durees"), "journal")
    return {**manifest.get("sorties", {}), **(log if isinstance(log, dict) else {})}


def _changed(path: Path, actual: str, entry: Any) -> str:
    """Say what was expected and what is found."""
    size, wanted = path.stat().st_size, _field(entry, "octets")
    sizes = "" if size == wanted else f" ; {wanted} octets attendus, {size} trouvés"
    expected = str(_field(entry, "sha256"))
    return f"contenu modifié : sha256 attendu {expected[:12]}…, trouvé {actual[:12]}…{sizes}"


def _field(entry: Any, name: str) -> Any:
    return entry.get(name) if isinstance(entry, dict) else None
