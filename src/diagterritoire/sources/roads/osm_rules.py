"""What a car may drive in OpenStreetMap: class, access, direction, speed limit, ferries.

Facts of the OpenStreetMap wiki (Key:highway, Key:access, Key:oneway, Key:maxspeed, Key:duration,
Tag:route=ferry) and of the car profile of OSRM (project-osrm.org, BSD-2), the engine behind
Insee's METRIC-OSRM; the rules are ours.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple, Protocol

from diagterritoire.tables import BAC

# From the fastest to the most local: a stretch of several classes takes the last one.
CLASSES = (
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
)
# OSRM leaves out tracks, as we do; a road of unknown class joins others and is kept.
HIGHWAYS = (*CLASSES, "road")
# The most precise key that is there decides (wiki, Key:access, "Transport mode restrictions").
ACCESS_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
# A patient may drive where access is limited to destination, customers or delivery: his trip ends
# at a home or a practice. Where only some professions may, he may not.
FORBIDDEN = frozenset(
    {"no", "private", "agricultural", "forestry", "emergency", "psv", "bus", "taxi", "military"}
)
ONEWAY_KEYS = ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway")
ONE_DIRECTION = frozenset({"yes", "true", "1"})
REVERSED = frozenset({"-1", "reverse"})
# A lane whose direction changes within the day has no direction to count on (as OSRM).
CHANGING = "reversible"
ROUNDABOUTS = frozenset({"roundabout", "circular"})
IMPLIED_ONEWAY = frozenset({"motorway"})

SURFACE = "surface (area=yes), pas une voie"
ACCES = "accès interdit aux voitures des particuliers (access, vehicle, motor_vehicle, motorcar)"
ALTERNANTE = "sens variable selon l'heure (oneway=reversible)"
SECOURS = "réservée aux secours (service=emergency_access)"
BAC_SANS_VOITURE = "bac sans voitures"

KMH_PER_MPH = 1.609344
# Legal limits that a tag names without their number, by the type that follows the country.
# Code de la route: R413-2 (rural, dual carriageway, motorway), R413-3 (urban), R110-2 (zones).
FRENCH_LIMITS = {
    "urban": 50.0,
    "rural": 80.0,
    "trunk": 110.0,
    "motorway": 130.0,
    "zone30": 30.0,
    "30": 30.0,
    "zone20": 20.0,
    "20": 20.0,
    "living_street": 20.0,
    "walk": 6.0,
}
# The pace of a pedestrian has no number in law; 6 km/h is the usual reading of R110-2.
WALK = "walk"
_ISO_8601 = re.compile(
    r"P(?:(?P<d>\d+)D)?(?:T(?:(?P<h>\d+(?:\.\d+)?)H)?(?:(?P<m>\d+(?:\.\d+)?)M)?"
    r"(?:(?P<s>\d+(?:\.\d+)?)S)?)?"
)


class Tags(Protocol):
    """What is asked of the tags of a way: a mapping does, and so does pyosmium's own list.

    The list is asked a dozen keys; a copy of all of it would cost more than the rest of the rules.
    """

    def get(self, key: str, /) -> str | None:
        """Return the value of a key, None without."""
        ...

    def __getitem__(self, key: str, /) -> str:
        """Return the value of a key that is there."""
        ...

    def __contains__(self, key: str, /) -> bool:
        """Say whether a key is there."""
        ...


class Way(NamedTuple):
    """A way that can be driven.

    Attributes
    ----------
    classe : str
        `highway`, or `ferry`.
    onward, back : bool
        Whether it is driven in the order of its nodes, and the other way round.
    max_speed_kmh, duration_min : float
        Speed limit, and duration of a ferry; NaN when unknown.
    """

    classe: str
    onward: bool
    back: bool
    max_speed_kmh: float
    duration_min: float


def judge(tags: Tags) -> Way | str:
    """Say how a way is driven, or why it is not.

    Parameters
    ----------
    tags : Tags
        Tags of a way whose `highway` is in `HIGHWAYS`, or a ferry.

    Returns
    -------
    Way, or str
        The reason why it is left out, in French.

    Examples
    --------
    >>> judge({"highway": "residential", "maxspeed": "30", "oneway": "-1"})
    Way(classe='residential', onward=False, back=True, max_speed_kmh=30.0, duration_min=nan)
    >>> judge({"highway": "service", "access": "private"}) == ACCES
    True
    """
    highway = tags.get("highway") or ""
    ferry = highway not in HIGHWAYS
    if not may_drive(tags):
        return BAC_SANS_VOITURE if ferry else ACCES
    if tags.get("area") == "yes":
        return SURFACE
    if tags.get("service") == "emergency_access":
        return SECOURS
    directions = directions_of(tags)
    if directions is None:
        return ALTERNANTE
    if ferry:
        return Way(BAC, *directions, math.nan, minutes(tags.get("duration") or ""))
    return Way(highway, *directions, kmh(tags.get("maxspeed") or ""), math.nan)


def may_drive(tags: Tags) -> bool:
    """Say whether a private car may use a way: the most precise access key there decides.

    A value that is not forbidden by name is allowed; of several values one allowed is enough.

    Examples
    --------
    >>> may_drive({"access": "no", "motor_vehicle": "destination"}), may_drive({"vehicle": "no"})
    (True, False)
    >>> may_drive({"motor_vehicle": "agricultural;forestry"}), may_drive({})
    (False, True)
    """
    for key in ACCESS_KEYS:
        value = tags.get(key)
        if value is not None:
            return any(v.strip() not in FORBIDDEN for v in value.split(";"))
    return True


def directions_of(tags: Tags) -> tuple[bool, bool] | None:
    """Directions in which a way is driven: in the order of its nodes, in the other; None: neither.

    A roundabout and a motorway are one-way unless they say no.

    Examples
    --------
    >>> directions_of({"junction": "roundabout"}), directions_of({"oneway": "-1"})
    ((True, False), (False, True))
    >>> directions_of({"highway": "motorway", "oneway": "no"}), directions_of({})
    ((True, True), (True, True))
    """
    value = next((tags[key] for key in ONEWAY_KEYS if key in tags), None)
    if value in ONE_DIRECTION:
        return True, False
    if value in REVERSED:
        return False, True
    if value == CHANGING:
        return None
    implied = tags.get("junction") in ROUNDABOUTS or tags.get("highway") in IMPLIED_ONEWAY
    return True, value == "no" or not implied


def kmh(text: str) -> float:
    """Speed limit in km/h: a number, a French legal limit by name, or the pace of a walk.

    NaN when none is said: `none` (no limit), `signals`, several values, another country.

    Examples
    --------
    >>> kmh("80"), kmh("30 mph"), kmh("FR:rural"), kmh("walk"), kmh("none"), kmh("0")
    (80.0, 48.28, 80.0, 6.0, nan, nan)
    """
    text = text.strip()
    found = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)\s*(km/h|kmh|mph)?", text, re.ASCII)
    if found and float(found[1]) > 0:
        return round(float(found[1]) * (KMH_PER_MPH if found[2] == "mph" else 1.0), 2)
    country, _, kind = text.lower().rpartition(":")
    if country == "fr" or kind == WALK:
        return FRENCH_LIMITS.get(kind, math.nan)
    return math.nan


def minutes(text: str) -> float:
    """Duration in minutes of `HH:MM`, `HH:MM:SS`, minutes or ISO 8601; NaN when unreadable or 0.

    Examples
    --------
    >>> minutes("01:10"), minutes("00:07:30"), minutes("25"), minutes("PT1H5M"), minutes("1 h")
    (70.0, 7.5, 25.0, 65.0, nan)
    """
    text = text.strip()
    total = 0.0
    if found := re.fullmatch(r"(\d{1,3}):(\d{2})(?::(\d{2}))?", text, re.ASCII):
        total = int(found[1]) * 60 + int(found[2]) + int(found[3] or 0) / 60
    elif re.fullmatch(r"\d{1,5}", text, re.ASCII):
        total = float(text)
    elif iso := _ISO_8601.fullmatch(text):
        days, hours, mins, seconds = (float(iso[k] or 0) for k in "dhms")
        total = days * 1440 + hours * 60 + mins + seconds / 60
    return total if total > 0 else math.nan
