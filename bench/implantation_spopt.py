"""The same siting by spopt, in an environment of its own: `implantation_spopt.py CASE AIM SIZE`.

Prints a JSON line: loss, seconds of processor to state the model and to solve it, CBC's included.
One facility, chosen beforehand, stands for all the existing sites: the nearest of each place.
"""

from __future__ import annotations

import importlib.metadata
import json
import resource
import sys

import numpy as np
import pulp
from spopt.locate import MCLP, PMedian


def spent() -> float:
    """Seconds of processor of this process and of those it started."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main(case: str, aim: str, size: int) -> None:
    """Solve a case that `bench/implantation.py` kept."""
    with np.load(case) as kept:
        minutes, today, people = kept["minutes"], kept["today"], kept["people"]
        within, ceiling = float(kept["within"]), float(kept["ceiling"])
    cost = np.column_stack([np.minimum(minutes, ceiling), np.minimum(today, ceiling)])
    fixed = np.zeros(cost.shape[1], dtype=int)
    fixed[-1] = 1
    common = {"p_facilities": size + 1, "predefined_facilities_arr": fixed}
    start = spent()
    if aim == "temps":
        model = PMedian.from_cost_matrix(cost, people, **common)
    else:
        model = MCLP.from_cost_matrix(cost, people, within, **common)
    stated = spent()
    model = model.solve(pulp.PULP_CBC_CMD(msg=False))
    solved = spent()
    value = float(model.problem.objective.value())
    print(
        json.dumps(
            {
                "perte": value if aim == "temps" else float(people.sum()) - value,
                "ecriture": stated - start,
                "solution": solved - stated,
                "version": importlib.metadata.version("spopt"),
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
