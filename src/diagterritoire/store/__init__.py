"""Bytes on disk: fingerprints, cache, lock, and deliveries that are whole or not there."""

from diagterritoire.store.cache import cached_arrays, kept
from diagterritoire.store.delivery import Delivery, delivery, staged
from diagterritoire.store.digest import LOG, MANIFEST, RUN_ID, inventory, sha256, sha256_once
from diagterritoire.store.disk import disk_error, disk_errors, sync_tree, write_atomic
from diagterritoire.store.listing import (
    INDEX,
    Found,
    check_index,
    is_ours,
    listing,
    replace_index,
    write_beside,
)
from diagterritoire.store.lock import hold
from diagterritoire.store.places import check_slug
from diagterritoire.store.reservation import open_roots, reserve
from diagterritoire.store.scratch import scratch
from diagterritoire.store.verification import Difference, signature, verify

__all__ = [
    "INDEX",
    "LOG",
    "MANIFEST",
    "RUN_ID",
    "Delivery",
    "Difference",
    "Found",
    "cached_arrays",
    "check_index",
    "check_slug",
    "delivery",
    "disk_error",
    "disk_errors",
    "hold",
    "inventory",
    "is_ours",
    "kept",
    "listing",
    "open_roots",
    "replace_index",
    "reserve",
    "scratch",
    "sha256",
    "sha256_once",
    "signature",
    "staged",
    "sync_tree",
    "verify",
    "write_atomic",
    "write_beside",
]
