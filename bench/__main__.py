"""`make bench`: all the measures, or those named: `python -m bench temps valhalla`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from bench import (
    carte,
    concurrents,
    diagnostic,
    fermete,
    france,
    implantation,
    itineraires,
    temps,
    tirages,
)

SUITES: dict[str, tuple[str, Callable[[], None]]] = {
    "diagnostic": ("Le diagnostic entier, à côté du carnet de notes", diagnostic.main),
    "carte": ("La carte et les livraisons, de 60 à 2 650 communes", carte.main),
    "temps": ("Les recherches, pièce par pièce", lambda: temps.main(temps.RUNS)),
    "tirages": ("Ce qui n'est fait qu'une fois", tirages.main),
    "fermete": ("Les tirages de la fermeté, sur une région inventée", fermete.main),
    "france": ("Une France inventée, de 60 à 35 000 communes", france.main),
    "concurrents": ("Les recherches, à côté d'autres moteurs", concurrents.main),
    "implantation": ("Où placer des sites, à côté de spopt", implantation.main),
    "valhalla": ("Les durées de trajet, à côté de Valhalla", itineraires.main),
}

# An hour and 16 GiB.
ON_DEMAND = ("france",)


def main(wanted: Sequence[str]) -> None:
    """Measure what is wanted; when nothing is named, all but what is done on demand."""
    # make gives several names as one word.
    wanted = " ".join(wanted).split()
    unknown = [name for name in wanted if name not in SUITES]
    if unknown:
        sys.exit(f"Mesure inconnue : {', '.join(unknown)}. Connues : {', '.join(SUITES)}.")
    for name in wanted or [name for name in SUITES if name not in ON_DEMAND]:
        title, suite = SUITES[name]
        print(f"\n## {title}\n", flush=True)
        suite()


if __name__ == "__main__":
    main(sys.argv[1:])
