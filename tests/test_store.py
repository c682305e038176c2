"""Deliveries are the old one or the new one, whatever fails; caches and locks hold."""

import errno
import io
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from diagterritoire.errors import BusyError, DataError, DiskError, UsageError
from diagterritoire.store import (
    RUN_ID,
    cached_arrays,
    check_slug,
    delivery,
    hold,
    inventory,
    kept,
    open_roots,
    places,
    reserve,
    sha256,
    verify,
    write_atomic,
)

SLUG = "dep-2A"
RUN = "0123456789abcdef"
TESTS = Path(__file__).resolve().parent


def fill(prepared, text, run_id=RUN):
    """Stage two files and the manifest that lists them."""
    (prepared.maps / "carte.html").write_text(f"carte {text}")
    (prepared.processed / "diagnostic.gpkg").write_text(f"couches {text}")
    files = inventory(prepared.maps, prepared.processed, SLUG)
    outputs = {n: {"octets": p.stat().st_size, "sha256": sha256(p)} for n, p in files.items()}
    document = {"run_id": run_id, "sorties": outputs}
    (prepared.processed / "manifest.json").write_text(json.dumps(document))


def deliver(root, text, run_id=RUN):
    with delivery(root / "maps", root / "processed", SLUG) as prepared:
        fill(prepared, text, run_id)
        prepared.commit(run_id)
    return prepared


def content(root):
    """Text of the map and of the GeoPackage, None where the folder is absent."""
    files = [root / "maps" / SLUG / "carte.html", root / "processed" / SLUG / "diagnostic.gpkg"]
    return tuple(f.read_text().split()[-1] if f.exists() else None for f in files)


def names(root):
    return sorted(
        p.name for r in ("maps", "processed") if (root / r).is_dir() for p in (root / r).iterdir()
    )


@pytest.fixture
def no_exchange(monkeypatch):
    monkeypatch.setattr(places, "_exchange_at_once", lambda first, second: False)


# What a delivery does when nothing fails.


def test_first_delivery_then_another(tmp_path):
    deliver(tmp_path, "un")
    assert content(tmp_path) == ("un", "un")
    deliver(tmp_path, "deux")
    assert content(tmp_path) == ("deux", "deux")
    assert names(tmp_path) == [SLUG, SLUG]
    assert verify(tmp_path / "maps", tmp_path / "processed", SLUG) == []
    marks = [(tmp_path / r / SLUG / RUN_ID).read_text() for r in ("maps", "processed")]
    assert marks == [f"{RUN}\n"] * 2


@pytest.mark.usefixtures("no_exchange")
def test_replacement_without_exchange_call(tmp_path):
    deliver(tmp_path, "un")
    deliver(tmp_path, "deux")
    assert content(tmp_path) == ("deux", "deux")
    assert names(tmp_path) == [SLUG, SLUG]


@pytest.mark.skipif(sys.platform != "linux", reason="renameat2 est propre à Linux")
def test_exchange_call_is_used_on_linux(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "x").touch()
    assert places._exchange_at_once(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b" / "x").exists()


def test_nothing_is_delivered_without_commit(tmp_path):
    deliver(tmp_path, "un")
    with delivery(tmp_path / "maps", tmp_path / "processed", SLUG) as prepared:
        fill(prepared, "deux")
    assert content(tmp_path) == ("un", "un")
    assert names(tmp_path) == [SLUG, SLUG]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("stage", ["vide", "rempli"])
def test_exception_in_the_body_keeps_the_old_delivery(tmp_path, error, stage):
    deliver(tmp_path, "un")

    def interrupted():
        with delivery(tmp_path / "maps", tmp_path / "processed", SLUG) as prepared:
            if stage == "rempli":
                fill(prepared, "deux")
            raise error

    with pytest.raises(error):
        interrupted()
    assert content(tmp_path) == ("un", "un")
    assert names(tmp_path) == [SLUG, SLUG]


def test_system_error_in_the_body_is_a_disk_error(tmp_path):
    with (
        pytest.raises(DiskError, match="le disque est plein") as caught,
        delivery(tmp_path / "maps", tmp_path / "processed", SLUG),
    ):
        raise OSError(errno.ENOSPC, "No space left on device", "/un/chemin")
    assert "/un/chemin" in caught.value.message
    assert "Libérez de la place" in caught.value.remede
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("intruder", "run_id", "message"),
    [("intrus.html", RUN, "1 différences, par exemple maps/dep-2A/intrus"), ("", "f" * 16, "exéc")],
)
def test_commit_refuses_what_its_manifest_does_not_say(tmp_path, intruder, run_id, message):
    def wrong():
        with delivery(tmp_path / "maps", tmp_path / "processed", SLUG) as prepared:
            fill(prepared, "deux")
            if intruder:
                (prepared.maps / intruder).touch()
            prepared.commit(run_id)

    deliver(tmp_path, "un")
    with pytest.raises(DiskError, match=message):
        wrong()
    assert content(tmp_path) == ("un", "un")


def test_files_changed_by_a_user_are_kept(tmp_path):
    deliver(tmp_path, "un")
    maps = tmp_path / "maps" / SLUG
    (maps / "carte.html").write_text("carte retouchée")
    (maps / "notes").mkdir()
    (maps / "notes" / "visite.txt").write_text("à revoir")
    prepared = deliver(tmp_path, "deux")
    kept = tmp_path / "maps" / f"{SLUG}.fichiers-modifies"
    assert sorted(prepared.kept) == [kept / "carte.html", kept / "notes" / "visite.txt"]
    assert (kept / "carte.html").read_text() == "carte retouchée"
    assert content(tmp_path) == ("deux", "deux")
    (maps / "carte.html").write_text("autre retouche")
    assert deliver(tmp_path, "trois").kept == [kept / "carte-2.html"]
    assert deliver(tmp_path, "quatre").kept == []


# Slugs, roots and links.


@pytest.mark.parametrize(
    "slug",
    [
        "demo",
        "dep-2A",
        "dep-974",
        "com-14118",
        "epci-200040491",
        "bv-2A004",
        "reg-28",
        "liste-0a1b2c3d",
        "zone-ffffffff",
        "demo--deux-sites",
    ],
)
def test_slugs_of_the_contract_are_accepted(slug):
    assert check_slug(slug) == slug


@pytest.mark.parametrize(
    "slug",
    [
        "",
        ".",
        "..",
        "../x",
        "dep-2A/..",
        "dep-2A\n",
        "/etc",
        "demo--",
        "demo--A",
        "demo--../x",
        "dep-٢٣",
        "dep-2A\0",
        "C:demo",
        "demo.",
        "dep-",
        "autre",
    ],
)
def test_other_slugs_are_refused_before_any_path(tmp_path, slug):
    with pytest.raises(UsageError), delivery(tmp_path / "maps", tmp_path / "p", slug):
        pass
    with pytest.raises(UsageError):
        verify(tmp_path / "maps", tmp_path / "p", slug)
    assert list(tmp_path.iterdir()) == []


def test_two_roots_must_differ(tmp_path):
    with pytest.raises(UsageError), delivery(tmp_path, tmp_path, SLUG):
        pass
    with pytest.raises(UsageError), delivery(tmp_path, tmp_path / SLUG, SLUG):
        pass


@pytest.mark.parametrize(
    "link",
    [
        "maps",
        "maps/dep-2A",
        "maps/dep-2A/carte.html",
        "processed/.dep-2A.travail",
        "processed/.dep-2A.verrou",
        "processed/.dep-2A.journal.json",
        "maps/dep-2A.fichiers-modifies",
    ],
)
def test_symbolic_links_among_outputs_are_refused(tmp_path, link):
    outside = tmp_path / "ailleurs"
    outside.mkdir()
    (outside / "precieux.txt").write_text("intact")
    path = tmp_path / "sortie" / link
    path.parent.mkdir(parents=True)
    path.symlink_to(outside)
    with pytest.raises(DiskError, match="lien symbolique"):
        deliver(tmp_path / "sortie", "un")
    assert [p.read_text() for p in outside.iterdir()] == ["intact"]


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / SLUG).write_text("à moi")
    with pytest.raises(DiskError, match="est un fichier"):
        deliver(tmp_path, "un")
    assert (tmp_path / "maps" / SLUG).read_text() == "à moi"


# Faults: the n-th system call fails, once or from then on.

CALLS = [(os, n) for n in ("fsync", "rename", "replace", "unlink", "mkdir", "rmdir", "link")]
CALLS += [(io, "open"), (places, "_exchange_at_once")]


def fail_from(monkeypatch, first, code, lasting):
    """Make the calls that write fail from the n-th on (or the n-th only); count them."""
    count = [0]

    def wrap(call):
        def wrapped(*args, **kwargs):
            count[0] += 1
            if count[0] == first or (lasting and count[0] > first):
                raise OSError(code, os.strerror(code))
            return call(*args, **kwargs)

        return wrapped

    for module, name in CALLS:
        monkeypatch.setattr(module, name, wrap(getattr(module, name)))
    return count


@pytest.mark.parametrize("swap", [True, False])
@pytest.mark.parametrize(("code", "lasting"), [(errno.ENOSPC, False), (errno.EIO, True)])
def test_nth_write_failing_keeps_the_old_delivery(tmp_path, monkeypatch, code, lasting, swap):
    if not swap:
        monkeypatch.setattr(places, "_exchange_at_once", lambda first, second: False)
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)  # the real one is slow
    failures = 0
    for n in range(1, 200):
        root = tmp_path / str(n)
        deliver(root, "un")
        with monkeypatch.context() as patch:
            count = fail_from(patch, n, code, lasting)
            try:
                deliver(root, "deux")
                raised = False
            except DiskError:
                raised = True
        if raised:
            failures += 1
            if not lasting:
                assert content(root) == ("un", "un"), n
            with delivery(root / "maps", root / "processed", SLUG):
                assert content(root) in {("un", "un"), ("deux", "deux")}, n
        else:
            assert content(root) == ("deux", "deux"), n
        deliver(root, "trois")
        assert content(root) == ("trois", "trois")
        assert names(root) == [SLUG, SLUG]
        if count[0] < n:
            break
    else:
        pytest.fail("la livraison n'a jamais fini")
    assert failures > 15


# Kills: the process dies before the n-th system call.

KILLS = """
import io, os, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_store import CALLS, SLUG, content, deliver, delivery, names, places, verify

root, swap, first = Path(sys.argv[1]), sys.argv[2] == "swap", sys.argv[3] == "premiere"
os.fsync = lambda descriptor: None  # a kill does not need it, and it is slow
if not swap:
    places._exchange_at_once = lambda first, second: False
before = (None, None) if first else ("un", "un")
seen = set()
for n in range(1, 300):
    place = root / str(n)
    place.mkdir(parents=True)
    if not first:
        deliver(place, "un")
    child = os.fork()
    if not child:
        count = [0]
        def wrap(call):
            def wrapped(*args, **kwargs):
                count[0] += 1
                if count[0] == n:
                    os._exit(9)
                return call(*args, **kwargs)
            return wrapped
        for module, name in CALLS:
            setattr(module, name, wrap(getattr(module, name)))
        deliver(place, "deux")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    state = content(place)
    if swap:
        assert state[0] in (before[0], "deux") and state[1] in (before[1], "deux"), (n, state)
    with delivery(place / "maps", place / "processed", SLUG):
        healed = content(place)
    assert healed in {{before, ("deux", "deux")}}, (n, state, healed)
    expected = [] if healed[0] is None else [SLUG, SLUG]
    assert names(place) == expected, (n, names(place))
    if healed[0] is not None:
        assert verify(place / "maps", place / "processed", SLUG) == [], n
    seen.add((state, healed))
    deliver(place, "trois")
    assert content(place) == ("trois", "trois")
    if os.waitstatus_to_exitcode(status) == 0:
        break
else:
    raise SystemExit("jamais fini")
mixed = ("deux", before[1])
print(n, (before, before) in seen, (mixed, ("deux", "deux")) in seen)
"""


def run_script(script, *arguments, **options):
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script).format(tests=str(TESTS)), *arguments],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=300,
        **options,
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork n'existe pas ici")
@pytest.mark.parametrize("swap", ["swap", "renommages"])
@pytest.mark.parametrize("first", ["premiere", "suivante"])
def test_killed_at_any_call_the_next_start_heals(tmp_path, swap, first):
    done = run_script(KILLS, str(tmp_path), swap, first)
    assert done.returncode == 0, done.stderr
    calls, old, mixed = done.stdout.split()
    assert int(calls) > 20
    # The hard cases did occur: killed while still old, and between the two folders.
    assert (old, mixed) == ("True", "True")


# Two at once.

HOLDER = """
import sys, time
from pathlib import Path
from diagterritoire.store import delivery
root = Path(sys.argv[1])
with delivery(root / "maps", root / "processed", "dep-2A"):
    print("pris", flush=True)
    time.sleep(60)
"""


def test_second_run_is_told_who_runs_and_a_kill_frees_the_lock(tmp_path):
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "pris\n"
        with pytest.raises(BusyError, match=f"processus {holder.pid} ") as caught:
            deliver(tmp_path, "un")
        assert caught.value.exit_code == 6
        with delivery(tmp_path / "maps", tmp_path / "processed", "dep-2B"):
            pass
        holder.kill()
        holder.wait()
    deliver(tmp_path, "deux")
    assert content(tmp_path) == ("deux", "deux")
    assert names(tmp_path) == [SLUG, SLUG]


def test_lock_within_one_process(tmp_path):
    lock = tmp_path / "verrou"
    with hold(lock, "Essai"):
        with pytest.raises(BusyError, match=f"processus {os.getpid()}"), hold(lock, "Essai"):
            pass
        assert lock.exists()
    assert not lock.exists()


# Verification.


def test_verify_lists_every_kind_of_difference(tmp_path):
    deliver(tmp_path, "un")
    maps, processed = tmp_path / "maps" / SLUG, tmp_path / "processed" / SLUG
    path = processed / "diagnostic.gpkg"
    changed = bytearray(path.read_bytes())
    changed[3] ^= 1
    path.write_bytes(changed)
    (maps / "carte.html").unlink()
    (maps / "intrus.txt").touch()
    (maps / RUN_ID).write_text("autre\n")
    found = verify(tmp_path / "maps", tmp_path / "processed", SLUG)
    assert [(d.nature, d.fichier) for d in found] == [
        ("modifie", "data/processed/dep-2A/diagnostic.gpkg"),
        ("execution", "maps/dep-2A"),
        ("absent", "maps/dep-2A/carte.html"),
        ("en_trop", "maps/dep-2A/intrus.txt"),
    ]
    assert str(found[2]) == "maps/dep-2A/carte.html : fichier absent"


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"sorties": 3}', "[" * 100_000, "\udcff"])
def test_verify_an_unreadable_manifest(tmp_path, text):
    deliver(tmp_path, "un")
    path = tmp_path / "processed" / SLUG / "manifest.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    (found,) = verify(tmp_path / "maps", tmp_path / "processed", SLUG)
    assert found.nature == "manifeste"
    deliver(tmp_path, "deux")
    assert content(tmp_path) == ("deux", "deux")


def test_a_manifest_cannot_lead_outside(tmp_path):
    deliver(tmp_path, "un")
    (tmp_path / "secret").write_text("x")
    path = tmp_path / "processed" / SLUG / "manifest.json"
    document = json.loads(path.read_text())
    document["sorties"]["maps/dep-2A/../../secret"] = {"sha256": sha256(tmp_path / "secret")}
    path.write_text(json.dumps(document))
    (found,) = verify(tmp_path / "maps", tmp_path / "processed", SLUG)
    assert found.nature == "absent"


def test_verify_nothing_delivered(tmp_path):
    with pytest.raises(DataError, match="Aucune livraison"):
        verify(tmp_path / "maps", tmp_path / "processed", SLUG)


# Files and cache.


def test_write_atomic_keeps_the_old_file_when_the_disk_is_full(tmp_path, monkeypatch):
    path = tmp_path / "a.bin"
    write_atomic(path, b"ancien")
    monkeypatch.setattr(os, "fsync", lambda fd: (_ for _ in ()).throw(OSError(errno.ENOSPC, "")))
    with pytest.raises(DiskError, match="plein"):
        write_atomic(path, b"nouveau")
    assert path.read_bytes() == b"ancien"
    assert [p.name for p in tmp_path.iterdir()] == ["a.bin"]


def arrays():
    return {"noeuds": np.arange(5), "minutes": np.array([1.5, np.inf]), "vide": np.zeros((0, 2))}


def test_cache_is_reused_and_deterministic(tmp_path):
    first, reused = cached_arrays(tmp_path / "c", "cle", arrays)
    assert not reused
    again, reused = cached_arrays(tmp_path / "c", "cle", pytest.fail)
    assert reused
    for name, value in first.items():
        assert again[name].dtype == value.dtype
        np.testing.assert_array_equal(again[name], value)
    cached_arrays(tmp_path / "d", "cle", arrays)
    for name in ("cle.npz", "cle.npz.sha256"):
        assert (tmp_path / "c" / name).read_bytes() == (tmp_path / "d" / name).read_bytes()
    assert sorted(p.name for p in (tmp_path / "c").iterdir()) == ["cle.npz", "cle.npz.sha256"]


@pytest.mark.parametrize("damage", ["octet", "coupe", "vide", "absent", "empreinte", "faux"])
def test_cache_is_rebuilt_when_a_byte_changed(tmp_path, damage):
    cached_arrays(tmp_path, "cle", arrays)
    path, seal = tmp_path / "cle.npz", tmp_path / "cle.npz.sha256"
    good = path.read_bytes()
    if damage == "octet":
        path.write_bytes(good[:50] + bytes([good[50] ^ 1]) + good[51:])
    elif damage == "coupe":
        path.write_bytes(good[:-7])
    elif damage == "vide":
        path.write_bytes(b"")
    elif damage == "absent":
        path.unlink()
    elif damage == "empreinte":
        seal.unlink()
    else:
        path.write_bytes(b"pas une archive")
        seal.write_text(sha256(path))
    built, reused = cached_arrays(tmp_path, "cle", arrays)
    assert not reused
    assert path.read_bytes() == good
    assert cached_arrays(tmp_path, "cle", pytest.fail)[1]
    np.testing.assert_array_equal(built["noeuds"], np.arange(5))


def test_cache_is_rebuilt_when_it_is_not_what_was_wanted(tmp_path):
    def fits(found):
        return len(found["noeuds"]) == 5

    cached_arrays(tmp_path, "cle", lambda: {"noeuds": np.arange(3)})
    assert not cached_arrays(tmp_path, "cle", arrays, fits)[1]
    found, reused = cached_arrays(tmp_path, "cle", pytest.fail, fits)
    assert reused
    np.testing.assert_array_equal(found["noeuds"], np.arange(5))


def test_what_is_kept_is_known_without_reading_it(tmp_path):
    assert not kept(tmp_path, "cle")
    cached_arrays(tmp_path, "cle", arrays)
    assert kept(tmp_path, "cle")


def test_cache_never_pickles(tmp_path):
    with pytest.raises(ValueError, match="Object arrays"):
        cached_arrays(tmp_path, "cle", lambda: {"a": np.array([{}], dtype=object)})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key", ["", "../x", "a/b", ".cache", "a\0", "é"])
def test_cache_key_is_a_plain_name(tmp_path, key):
    with pytest.raises(ValueError, match="plain file name"):
        cached_arrays(tmp_path, key, arrays)


def test_a_reservation_is_tested_held_and_leaves_nothing(tmp_path):
    roots = tmp_path / "maps", tmp_path / "processed"
    with reserve(*roots, SLUG) as places:
        assert [p.final for p in places.both] == [root / SLUG for root in roots]
        with pytest.raises(BusyError), delivery(*roots, SLUG):
            pass
        with delivery(*roots, "dep-2B"):
            pass
    assert [list(root.iterdir()) for root in roots] == [[], []]
    (roots[0] / SLUG).symlink_to(tmp_path)
    with pytest.raises(DiskError, match="lien symbolique"), reserve(*roots, SLUG):
        pass
    with pytest.raises(UsageError), reserve(roots[0], roots[0], SLUG):
        pass


def test_a_folder_that_takes_no_file_is_refused_before_the_run(tmp_path, monkeypatch):
    def full(**_):
        raise OSError(errno.EROFS, "lecture seule")

    monkeypatch.setattr("diagterritoire.store.reservation.tempfile.TemporaryFile", full)
    with pytest.raises(DiskError, match="lecture seule"):
        open_roots(tmp_path / "maps")
