"""An invented territory with confidential files, delivered for real."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from conftest import SilentProgress
from diagterritoire.demo import write_demo
from diagterritoire.inputs.preparation import prepare
from diagterritoire.parameters import Parameters
from diagterritoire.pipeline import Request, deliver, run
from diagterritoire.store import open_roots, reserve
from diagterritoire.study.bundles import Inputs
from diagterritoire.study.diagnosis import diagnose
from secret_worlds import World, draw


@dataclass(frozen=True)
class Ground:
    """A territory: its open files, what they give, its confidential files.

    Attributes
    ----------
    root : Path
    inputs : Inputs
        From the open files.
    world : World
    """

    root: Path
    inputs: Inputs
    world: World

    @classmethod
    def drawn(cls, root: Path, seed: int, *, communes: int = 40) -> Ground:
        """Draw a territory and its files."""
        write_demo(root / "public", communes=communes, seed=seed, noeuds_par_commune=30)
        inputs = prepare("00", root / "public", root / "cache", Parameters(), SilentProgress())
        medecins = inputs.communes.set_index("code_commune")["mg_nb"].dropna()
        middles = inputs.communes.geometry.centroid
        points = inputs.communes[["code_commune"]].assign(x=middles.x, y=middles.y)
        return cls(root, inputs, draw(seed, points, medecins[medecins > 0]))

    @property
    def epci(self) -> str:
        """One of its EPCIs."""
        return str(self.inputs.communes["code_epci"].dropna().min())

    def raw(self, name: str) -> Path:
        """Folder of the files of a delivery."""
        return self.root / name / "raw"

    def deliver(self, world: World, name: str, text: str, scenarios: tuple[Path, ...] = ()) -> Path:
        """Deliver a territory whole, from the open files and these: the folder of its two roots."""
        raw, out = self._written(world, name)
        request = Request(
            text,
            raw,
            out / "maps",
            out / "processed",
            hors_ligne=True,
            scenarios=scenarios,
        )
        run(request, SilentProgress())
        return out

    def deliver_tables(self, world: World, name: str) -> Path:
        """Deliver the tables and the map of the whole territory: the folder of its two roots."""
        raw, out = self._written(world, name)
        inputs = prepare("00", raw, self.root / "cache", Parameters(), SilentProgress())
        diagnosis = diagnose(inputs, Parameters())
        roots = out / "maps", out / "processed"
        open_roots(*roots)
        with reserve(*roots, inputs.territory.slug) as places:
            deliver(diagnosis, places, SilentProgress(), profondeur="cartes")
        return out

    def _written(self, world: World, name: str) -> tuple[Path, Path]:
        raw = self.raw(name)
        shutil.copytree(self.root / "public", raw)
        world.write(raw)
        return raw, self.root / name / "out"
