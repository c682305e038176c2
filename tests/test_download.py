"""A server that fails in every way: the right file or a clear error, never a polluted folder."""

import hashlib
import io
import json
import zipfile
from dataclasses import replace

import pytest

from diagterritoire.catalog import SOURCES, by_key
from diagterritoire.download import (
    Client,
    Rules,
    Timing,
    UnreachableError,
    cached,
    check_source,
    complete,
    discard,
    fetch,
    origin_of,
    spoiled,
)
from diagterritoire.download.content import check_file
from diagterritoire.errors import DiskError, NetworkError
from servers import BODY, HTML, chunked, client, drip, hang, redirect, reply, serve, stuck


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def source(server, name="f", **changes):
    return replace(
        by_key("populations"),
        **{
            "url": f"{server.url}/{name}",
            "membre": "",
            "lignes_min": 100,
            "octets_max": 100_000,
            **changes,
        },
    )


def visible(folder):
    return sorted(p.name for p in folder.iterdir()) if folder.exists() else []


def archive(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in members.items():
            bundle.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


GOOD = {
    "plain": [reply(ETag='"v1"')],
    "chunked": [chunked(BODY[:1000], BODY[1000:])],
    "busy, seconds": [reply(b"", 429, Retry_After="7"), reply()],
    "busy, date": [reply(b"", 503, Retry_After="Fri, 15 Jan 2027 08:00:20 GMT"), reply()],
    "busy, no date": [reply(b"", 429, Retry_After=f"Wed, 21 Oct 2026 07:28:00 +{10**20}"), reply()],
    "busy for ever": [reply(b"", 429, Retry_After="86400"), reply()],
    "down, then up": [reply(b"", 500), reply(b"", 502), reply()],
    "cut, then whole": [reply(BODY[:3001], length=len(BODY)), reply()],
    "cut without length, then whole": [reply(BODY[:3001], length=False), reply()],
    "cut chunks, then whole": [chunked(BODY[:1000], end=False), reply()],
    "silent, then whole": [hang(5), reply()],
}
WAITS = {
    "busy, seconds": [7],
    "busy, date": [20],
    "busy for ever": [60],
    "down, then up": [1, 2],
}


@pytest.mark.parametrize("case", GOOD)
def test_the_file_arrives_whole(tmp_path, case):
    folder = tmp_path / "telecharges"
    with serve(f=GOOD[case]) as server:
        asked, slept = client(server)
        path = fetch(source(server), folder, asked)
        assert path.read_bytes() == BODY
        assert visible(folder) == [".populations.csv.origine.json", "populations.csv"]
        assert slept == WAITS.get(case, [1] * (len(GOOD[case]) - 1))
        before = len(server.asked)
        assert fetch(source(server), folder, asked) == path
        assert len(server.asked) == before
    origin = origin_of(path)
    assert origin.sha256 == hashlib.sha256(BODY).hexdigest()
    assert origin.octets == len(BODY)
    assert origin.url == f"{server.url}/f"
    assert origin.date == ("" if case == "chunked" else "2026-10-21")


BAD = {
    "busy": ([reply(b"", 429)], "occupé ou en panne (code 429), après 4 essais"),
    "down": ([reply(b"", 500)], "code 500"),
    "gone": ([reply(b"", 404)], "n'y est plus (code 404)"),
    "forbidden": ([reply(b"", 403)], "refuse (code 403)"),
    "cut with length": ([reply(BODY[:3001], length=len(BODY))], "coupée"),
    "cut without length": ([reply(BODY[:3001], length=False)], "coupé"),
    "cut at a line": ([reply(BODY[: BODY.index(b"00400")], length=False)], "n'annonce pas"),
    "whole, but nothing says so": ([reply(length=False)], "n'annonce pas"),
    "cut at a line between chunks": ([chunked(BODY[: BODY.index(b"00400")], end=False)], "coupée"),
    "cut chunks": ([chunked(BODY[:1000], end=False)], "coupée"),
    "html": ([reply(HTML)], "page web"),
    "html after a mark": ([reply(b"\xef\xbb\xbf\n" + HTML)], "page web"),
    "html without doctype": ([reply(b"<head></head><html>")], "page web"),
    "empty": ([reply(b"")], "vide"),
    "blank": ([reply(b" \n\n")], "vide"),
    "pdf": ([reply(b"%PDF-1.4\n" * 200)], "n'est pas un fichier texte"),
    "binary": ([reply(b"\x00\x01" * 200)], "n'est pas un fichier texte"),
    "few rows": ([reply(b"CODGEO;PMUN\n01001;1\n")], "2 lignes, il en faut au moins 100"),
    "announced too large": ([reply(b"", length=100_001)], "dépasse"),
    "too large": ([reply(b"0;1\n" * 30_000, length=False)], "dépasse"),
    "compressed": ([reply(BODY, Content_Encoding="gzip")], "compresse"),
    "loop": ([redirect("/f")], "redirections sans fin"),
    "a part that nobody asked for": ([reply(BODY, 206)], "refuse (code 206)"),
    "to nonsense": ([redirect("https://[f")], "mal formée"),
    "to nowhere": ([reply(b"", 302)], "redirections sans fin"),
    "to this machine": ([redirect("http://127.0.0.1:9/f")], "hôte inattendu (http://127.0.0.1)"),
    "to the metadata": ([redirect("https://169.254.169.254/f")], "hôte inattendu"),
    "to clear text": ([redirect("http://localhost:9/f")], "sans https"),
    "to another port": ([redirect("https://localhost:9/f")], "inhabituelle"),
    "to a private address": ([redirect("https://localhost/f")], "adresse privée"),
    "to a file": ([redirect("file:///etc/passwd")], "hôte inattendu"),
    "drip": ([drip(3)], "n'est pas arrivé en 0.3 s"),
    "hang": ([hang(5)], "s'est tu"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_fault_is_a_clear_error_and_leaves_nothing(tmp_path, case):
    folder = tmp_path / "telecharges"
    answers, words = BAD[case]
    with serve(f=answers) as server:
        bounds = {"drip": {"total_s": 0.3, "essais": 2}, "hang": {"essais": 2}}.get(case, {})
        asked, _ = client(server, **bounds)
        with pytest.raises(NetworkError) as caught:
            fetch(source(server), folder, asked)
        assert len(server.asked) <= 4
    assert words in caught.value.message
    assert server.url in caught.value.message
    for word in ("HTTPS_PROXY", "https://www.insee.fr", str(tmp_path)):
        assert word in caught.value.remede
    assert caught.value.exit_code == 4
    assert visible(folder) == []


def test_a_long_chain_of_redirections_is_refused_and_a_short_one_followed(tmp_path):
    chain = {f"h{n}": [redirect(f"/h{n + 1}")] for n in range(12)}
    with serve(**chain, a=[redirect("/b")], b=[redirect("/c?x=1")], c=[reply()]) as server:
        asked, _ = client(server)
        assert fetch(source(server, "a"), tmp_path / "x", asked).read_bytes() == BODY
        with pytest.raises(NetworkError, match="redirections sans fin"):
            fetch(source(server, "h0"), tmp_path / "y", asked)
    assert server.asked.count("h6") == 0


def test_the_body_of_a_redirection_is_not_read(tmp_path):
    with serve(f=[stuck("/g", 5)], g=[reply()]) as server:
        asked, slept = client(server)
        assert fetch(source(server), tmp_path, asked).read_bytes() == BODY
    assert slept == []


def test_a_failed_fetch_leaves_the_older_copy(tmp_path):
    with serve(f=[reply()], g=[reply(HTML)]) as server:
        asked, _ = client(server)
        path = fetch(source(server), tmp_path, asked)
        before = {p: p.read_bytes() for p in tmp_path.iterdir()}
        with pytest.raises(NetworkError):
            fetch(source(server, "g"), tmp_path, asked)
    assert {p: p.read_bytes() for p in tmp_path.iterdir()} == before
    assert path in before


def test_the_fingerprint_is_checked_when_it_is_known(tmp_path):
    good = hashlib.sha256(BODY).hexdigest()
    with serve(f=[reply()]) as server:
        asked, _ = client(server)
        with pytest.raises(NetworkError, match="empreinte"):
            fetch(source(server, sha256="0" * 64), tmp_path, asked)
        assert visible(tmp_path) == []
        assert fetch(source(server, sha256=good), tmp_path, asked).exists()
    with serve(f=[reply(length=False)]) as server:
        asked, _ = client(server)
        assert fetch(source(server, sha256=good), tmp_path / "sans", asked).exists()


def test_an_archive_gives_its_member(tmp_path):
    whole = archive(ensemble__txt="autre", donnees_communes__csv=BODY)
    with serve(f=[reply(whole)], g=[reply(whole[:-30], length=False), reply(whole)]) as server:
        asked, slept = client(server)
        wanted = source(server, membre="donnees_communes.csv")
        path = fetch(wanted, tmp_path, asked)
        assert path.name == "donnees_communes.csv"
        assert path.read_bytes() == BODY
        assert fetch(replace(wanted, url=f"{server.url}/g"), tmp_path / "g", asked).exists()
    assert slept == [1]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (archive(autre__csv=BODY), "0 fichiers"),
        (archive(donnees_communes__csv=HTML), "page web"),
        (archive(donnees_communes__csv=b"0;1\n" * 50_000), "une fois ouverte"),
        (BODY, "n'est pas une archive"),
    ],
)
def test_an_archive_without_the_file_is_refused(tmp_path, body, words):
    with serve(f=[reply(body)]) as server:
        asked, _ = client(server)
        with pytest.raises(NetworkError, match=words):
            fetch(source(server, membre="donnees_communes.csv"), tmp_path, asked)
    assert visible(tmp_path) == []


def test_a_member_cannot_leave_the_folder(tmp_path):
    body = archive(**{"../../donnees_communes.csv": BODY})
    with serve(f=[reply(body)]) as server:
        asked, _ = client(server)
        wanted = source(server, membre="donnees_communes.csv")
        assert fetch(wanted, tmp_path / "d", asked) == tmp_path / "d" / "donnees_communes.csv"
    assert visible(tmp_path) == ["d"]


def test_rows_of_a_workbook_are_counted(tmp_path):
    sheet = b"<sheetData>" + b'<row r="1"><c/></row>' * 150 + b"</sheetData>"
    book = archive(**{"xl/worksheets/sheet1.xml": sheet})
    with serve(f=[reply(book)]) as server:
        asked, _ = client(server)
        assert fetch(source(server, magie="zip"), tmp_path, asked).suffix == ".xlsx"
        with pytest.raises(NetworkError, match="150 lignes"):
            fetch(source(server, magie="zip", lignes_min=151), tmp_path / "x", asked)


@pytest.mark.parametrize(
    ("genre", "good", "bad"),
    [
        ("json", b'{"a": [1]}\n', b'{"a": [1'),
        ("xml", b"<?xml?><graphml><n>a</n></graphml>\n", b"<?xml?><graphml><n>a</n>"),
        ("gpkg", None, None),
    ],
)
def test_the_end_of_each_kind_of_file_shows(tmp_path, genre, good, bad):
    if genre == "gpkg":
        head = bytearray(100)
        head[:16], head[16:18], head[28:32] = (
            b"SQLite format 3\x00",
            b"\x10\x00",
            b"\x00\x00\x00\x02",
        )
        good = bytes(head) + bytes(2 * 4096 - 100)
        bad = good[:4096]
    with serve(g=[reply(good, length=False)], b=[reply(bad, length=False)]) as server:
        asked, _ = client(server)
        kind = {"magie": genre, "lignes_min": 0}
        assert fetch(source(server, "g", **kind), tmp_path, asked).read_bytes() == good
        with pytest.raises(NetworkError, match="coupé"):
            fetch(source(server, "b", **kind), tmp_path / "b", asked)


def test_a_copy_is_hashed_again_at_use(tmp_path):
    with serve(f=[reply()]) as server:
        asked, _ = client(server)
        wanted = source(server)
        path = fetch(wanted, tmp_path, asked)
        assert cached(wanted, tmp_path) == path
        assert spoiled(tmp_path) == []
        damaged = bytearray(BODY)
        damaged[3000] ^= 1
        path.write_bytes(damaged)
        assert cached(wanted, tmp_path) is None
        assert spoiled(tmp_path) == [path]
        assert fetch(wanted, tmp_path, asked).read_bytes() == BODY
        assert len(server.asked) == 2
        discard(path)
    assert visible(tmp_path) == []


def test_a_damaged_note_is_no_note(tmp_path):
    with serve(f=[reply()]) as server:
        asked, _ = client(server)
        path = fetch(source(server), tmp_path, asked)
        note = tmp_path / f".{path.name}.origine.json"
        for text in ("", "[]", "{}", json.dumps({"fichier": "../x"}), "[" * 5000):
            note.write_text(text)
            assert cached(source(server), tmp_path) is None
            assert origin_of(path) is None


def test_leftovers_of_a_kill_are_taken_over(tmp_path):
    for name in (".populations.part", ".populations.membre", ".populations.verrou"):
        (tmp_path / name).write_text("reste")
    with serve(f=[reply(archive(donnees_communes__csv=BODY))]) as server:
        asked, _ = client(server)
        fetch(source(server, membre="donnees_communes.csv"), tmp_path, asked)
    assert visible(tmp_path) == [".donnees_communes.csv.origine.json", "donnees_communes.csv"]


def test_a_place_that_cannot_be_written_is_a_disk_error(tmp_path):
    (tmp_path / "telecharges").write_text("un fichier à la place du dossier")
    with serve(f=[reply()]) as server:
        asked, _ = client(server)
        with pytest.raises(DiskError, match="telecharges") as caught:
            fetch(source(server), tmp_path / "telecharges", asked)
    assert caught.value.exit_code == 5
    assert "déposez-le" in caught.value.remede


def test_an_output_that_is_a_link_is_refused(tmp_path):
    (tmp_path / "ailleurs").mkdir()
    (tmp_path / "telecharges").symlink_to(tmp_path / "ailleurs")
    with serve(f=[reply()]) as server:
        asked, _ = client(server)
        with pytest.raises(DiskError, match="lien symbolique"):
            fetch(source(server), tmp_path / "telecharges", asked)
    assert visible(tmp_path / "ailleurs") == []


@pytest.mark.real
@pytest.mark.parametrize(
    ("cle", "name"),
    [
        ("appartenance", "table-appartenance-geo-communes-2024.xlsx"),
        ("populations", "donnees_communes.csv"),
        ("mouvements", "mouvements-communes.csv"),
        ("apl_publiee", "drees_apl_generalistes_2022_2023.xlsx"),
    ],
)
def test_the_real_files_pass_the_checks_of_a_download(real_data, cle, name):
    one = replace(by_key(cle), membre="")
    assert (real_data / name).stat().st_size < one.octets_max
    check_file(real_data / name, one, one.magie, "morceaux")


def test_nobody_answers(tmp_path):
    with serve(f=[reply()]) as server:
        asked, slept = client(server)
        wanted = source(server)
    with pytest.raises(UnreachableError, match="ne peut être joint"):
        fetch(wanted, tmp_path, asked)
    assert slept == []
    assert visible(tmp_path) == []


def test_proxy_variables_are_respected(tmp_path, monkeypatch):
    with serve(**{"": [reply(b"", 502)]}) as server:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.server_port}")
        wanted = replace(by_key("mouvements"), url="https://exemple.invalid/a.csv")
        with pytest.raises(UnreachableError, match="mandataire"):
            fetch(wanted, tmp_path, Client(timing=Timing(connexion_s=2, silence_s=2)))


def test_completion_stops_at_the_first_unreachable_server(tmp_path):
    asked = []

    def fetching(one, folder):
        asked.append(one.cle)
        if one.cle == "populations":
            raise NetworkError("refus")
        if one.cle == "apl_publiee":
            raise UnreachableError("rien")
        return folder / one.cle

    wanted = [s for s in SOURCES if s.cle != "mouvements"] + [by_key("mouvements")]
    done = complete(wanted, tmp_path, fetching)
    assert asked == ["appartenance", "populations", "apl_publiee"]
    assert done.obtenus == (tmp_path / "appartenance",)
    assert [s.cle for s, _ in done.echecs] == ["populations", "apl_publiee"]


def test_checking_an_address_takes_its_first_bytes_only(tmp_path):
    part = reply(BODY[:1024], 206, Content_Range=f"bytes 0-1023/{len(BODY)}", ETag='"v2"')
    answers = {"f": [reply(ETag='"v1"'), part], "h": [reply(HTML)], "n": [reply(b"", 404)]}
    with serve(**answers) as server:
        asked, _ = client(server)
        fetch(source(server), tmp_path, asked)
        state = check_source(source(server), tmp_path, asked)
        assert (state.bon, state.code, state.octets, state.date, state.change) == (
            True,
            206,
            len(BODY),
            "2026-10-21",
            True,
        )
        assert "page web" in check_source(source(server, "h"), tmp_path, asked).motif
        assert check_source(source(server, "n"), tmp_path, asked).bon is False
        assert check_source(source(server, url=""), tmp_path, asked).bon is None
    assert check_source(source(server), tmp_path, asked).bon is False


def test_every_address_of_the_catalogue_is_usable():
    rules = Rules()
    for one in SOURCES:
        if one.url:
            assert one.url.startswith("https://")
            assert one.hotes
            assert one.magie
            assert one.lignes_min
            with pytest.raises(NetworkError, match="sans https"):
                rules.check(one.url.replace("https:", "http:"), one.hotes)


def test_the_default_client_trusts_the_machine():
    import truststore

    adapter = Client().session.get_adapter("https://www.insee.fr")
    context = adapter.poolmanager.connection_pool_kw["ssl_context"]
    assert isinstance(context, truststore.SSLContext)


@pytest.mark.parametrize("kind", ["texte", "zip"])
def test_no_cut_is_ever_accepted(tmp_path, kind):
    whole = BODY if kind == "texte" else archive(donnees_communes__csv=BODY)
    lines = [n + 1 for n in range(len(BODY)) if BODY[n : n + 1] == b"\n"][-8:-1]
    cuts = sorted({len(whole) * n // 12 for n in range(12)} | {len(whole) - n for n in (1, 2, 22)})
    cuts += lines if kind == "texte" else []
    answers = {}
    for cut in cuts:
        answers[f"a{cut}"] = [reply(whole[:cut], length=len(whole))]
        answers[f"b{cut}"] = [reply(whole[:cut], length=False)]
        answers[f"c{cut}"] = [chunked(*([whole[:cut]] if cut else []), end=False)]
    with serve(**answers) as server:
        asked, _ = client(server, essais=1)
        for name in answers:
            wanted = source(server, name, membre="" if kind == "texte" else "*.csv")
            with pytest.raises(NetworkError):
                fetch(wanted, tmp_path, asked)
            assert visible(tmp_path) == []
