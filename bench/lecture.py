"""Read the roads of one extract with one library, and print what it cost as JSON.

Run by the Python of that library: `python bench/lecture.py READER WARM_UP FILE`. The small file
read first takes the imports out of the measure.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from pathlib import Path


def diagterritoire(path: Path) -> tuple[int, int]:
    from diagterritoire.sources.roads.osm import read_osm

    read = read_osm(path)
    return len(read.noeuds), len(read.troncons)


def pyrosm(path: Path) -> tuple[int, int]:
    import pyrosm as library

    nodes, edges = library.OSM(str(path)).get_network("driving+service", nodes=True)
    return len(nodes), len(edges)


def osmnx(path: Path) -> tuple[int, int]:
    import osmnx as library

    graph = library.graph_from_xml(path, retain_all=True)
    return len(graph), graph.number_of_edges()


READERS = {"diagterritoire": diagterritoire, "pyrosm": pyrosm, "osmnx": osmnx}


def main(reader: str, warm_up: Path, path: Path) -> None:
    warnings.simplefilter("ignore")
    if warm_up != path:
        READERS[reader](warm_up)
    elif path.stat().st_size < 100e6:
        READERS[reader](path)
    wall, cpu = time.perf_counter(), time.process_time()
    nodes, edges = READERS[reader](path)
    print(
        json.dumps(
            {
                "secondes": time.perf_counter() - wall,
                "cpu": time.process_time() - cpu,
                "pic_mio": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "noeuds": nodes,
                "troncons": edges,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
