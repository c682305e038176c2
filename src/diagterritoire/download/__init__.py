"""Downloads that give the official file or a clear refusal, and never anything in between."""

from diagterritoire.download.checking import State, check_source
from diagterritoire.download.client import Client, Timing, UnreachableError
from diagterritoire.download.fetching import Completion, complete, fetch
from diagterritoire.download.kept import FOLDER, Origin, cached, discard, origin_of, spoiled
from diagterritoire.download.rules import Rules

__all__ = [
    "FOLDER",
    "Client",
    "Completion",
    "Origin",
    "Rules",
    "State",
    "Timing",
    "UnreachableError",
    "cached",
    "check_source",
    "complete",
    "discard",
    "fetch",
    "origin_of",
    "spoiled",
]
