import csv
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pdqhash
import py7zr
import pytest
import zstandard
from PIL import Image

from fanal.demo.operation import Operation, build_operation
from fanal.demo.plan import LEAST
from fanal.errors import UsageError

SIZE = 200
RADIUS = 31


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Operation:
    return build_operation(tmp_path_factory.mktemp("built") / "demo", SIZE, 7)


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> tuple[Path, list[tuple[int, int]]]:
    """The smallest operation, and what it told of its progress."""
    folder = tmp_path_factory.mktemp("small")
    calls: list[tuple[int, int]] = []
    build_operation(folder, LEAST, 3, lambda done, total: calls.append((done, total)))
    return folder, calls


@pytest.fixture(scope="module")
def places(built) -> list[dict]:
    return json.loads(built.truth.read_text())["places"]


@pytest.fixture(scope="module")
def contents(built, places) -> dict[tuple[str, str, str], bytes]:
    """(exhibit, path, inside) → bytes, archives opened by other programs than ours."""
    found = {}
    for place in places:
        path = place_on_disk(built, place)
        if place["inside"] or path.is_symlink():
            continue
        data = path.read_bytes()
        found[key(place)] = data
        for inside, member in unpack(data, ""):
            found[(*key(place)[:2], inside)] = member
    return found


def key(place: dict) -> tuple[str, str, str]:
    return place["exhibit"], place["path"], place["inside"]


def place_on_disk(built: Operation, place: dict) -> Path:
    name = os.fsdecode(bytes.fromhex(place["path"]))
    return built.folder / "evidence" / place["exhibit"] / name


def unpack(data: bytes, above: str):
    members: list[bytes] = []
    if data[:4] == b"\x28\xb5\x2f\xfd":
        data = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data)).read()
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [archive.read(info) for info in archive.infolist()]
    elif data[:6] == b"7z\xbc\xaf\x27\x1c":
        box = py7zr.io.BytesIOFactory(1 << 30)
        with py7zr.SevenZipFile(io.BytesIO(data)) as archive:
            archive.extractall(factory=box)  # noqa: S202 (into memory)
            members = [box.products[name].read() for name in archive.namelist()]
    elif data[257:262] == b"ustar" or data[:2] == b"\x1f\x8b":
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            members = [archive.extractfile(info).read() for info in archive]
    for number, member in enumerate(members):
        inside = f"{above}/{number}" if above else str(number)
        yield inside, member
        yield from unpack(member, inside)


def listed(built: Operation) -> dict[str, list[dict]]:
    found = {}
    for path, _, name in built.lists:
        if path.suffix == ".json":
            media = json.loads(path.read_text())["value"]
            found[name] = [
                {
                    "md5": (row["MD5"] or "").lower(),
                    "sha1": (row["SHA1"] or "").lower(),
                    "pdq": next((h["HashValue"] for h in row["AlternativeHashes"]), ""),
                    "victim_identified": row["VictimIdentified"],
                }
                for row in media
            ]
        else:
            with path.open(newline="") as stream:
                found[name] = list(csv.DictReader(stream))
    return found


def nearest(data: bytes, values: list[str], *, turned: bool) -> int:
    """Smallest distance of any frame to any value, by pdqhash; 256 where quality is too low."""
    known = np.array([np.frombuffer(bytes.fromhex(value), np.uint8) for value in values])
    bits = np.unpackbits(known, axis=1)
    best = 256
    with Image.open(io.BytesIO(data)) as picture:
        for frame in range(getattr(picture, "n_frames", 1)):
            picture.seek(frame)
            turns, quality = pdqhash.compute_dihedral(np.asarray(picture.convert("RGB")))
            if quality >= 50:
                seen = np.array(turns if turned else turns[:1], dtype=np.uint8)
                best = min(best, int((seen[:, None] != bits[None]).sum(axis=-1).min()))
    return best


def test_truth_names_every_file_once(built, places):
    on_disk = set()
    for name, folder in built.evidence:
        for where, folders, files in os.walk(os.fsencode(folder)):
            assert folders or files  # no empty folders
            relative = [os.path.relpath(where + b"/" + f, os.fsencode(folder)) for f in files]
            on_disk |= {(name, path.hex()) for path in relative}
    told = [key(place)[:2] for place in places if not place["inside"]]
    assert len(told) == len(set(told))
    assert set(told) == on_disk


def test_truth_names_every_member_once(places, contents):
    told = [key(place) for place in places if place["what"] != "link"]
    assert len(told) == len(set(told))
    assert set(told) == set(contents)


def test_digests_and_sizes_are_those_of_the_bytes(places, contents):
    for place in places:
        if place["what"] != "link":
            data = contents[key(place)]
            assert place["sha256"] == hashlib.sha256(data).hexdigest()
            assert place["size"] == len(data)


def test_size_exhibits_and_counts(built, places):
    assert len(places) == SIZE == built.counts["places"]
    assert len(built.evidence) == 4
    assert {place["exhibit"] for place in places} == {name for name, _ in built.evidence}
    assert built.counts["what"] == Counter(place["what"] for place in places)
    assert built.counts["demand"] == Counter(place["demand"] for place in places)
    assert built.counts["contents"] == len({p["sha256"] for p in places if p["sha256"]})


def test_everything_that_was_asked_for_is_there(places):
    whats = {
        "original",
        "copy",
        "re-encoding",
        "resize",
        "crop",
        "screenshot",
        "mirror",
        "rotation",
    }
    whats |= {"corrupt", "blank", "icon", "text", "link", "animation", "pages", "archive"}
    assert {place["what"] for place in places} == whats
    of = lambda what, field: {p["parameters"].get(field) for p in places if p["what"] == what}  # noqa: E731
    assert of("archive", "format") == {"zip", "tar", "tar.gz", "tar.zst", "7z"}
    assert of("corrupt", "how") == {"truncated", "garbage", "empty", "broken stream"}
    assert of("re-encoding", "format") == {"jpeg", "webp", "png", "gif", "bmp", "tiff", "avif"}
    assert of("screenshot", "frame") == {"phone", "desktop"}
    assert {True, False} <= of("rotation", "upright_by_tag")
    states = {"exact", "near", "turned", "maybe", "none", "not decodable", "not followed"}
    assert {place["demand"] for place in places} == states
    assert any(place["inside"].count("/") == 1 for place in places)


def test_copies_lie_on_several_exhibits_under_other_names(places):
    seen: dict[str, set[tuple[str, str]]] = {}
    for place in places:
        if place["what"] in {"original", "copy"}:
            seen.setdefault(place["sha256"], set()).add((place["exhibit"], place["display"]))
    spread = [{exhibit for exhibit, _ in where} for where in seen.values()]
    assert sum(len(exhibits) > 1 for exhibits in spread) >= 8
    endings = {Path(name).suffix.lower() for where in seen.values() for _, name in where}
    assert {".jpg", ".dat"} & endings == {".jpg", ".dat"} or len(endings) >= 4


def test_names_are_as_ugly_as_they_get(places):
    names = [bytes.fromhex(place["path"]).rpartition(b"/")[2] for place in places]
    text = "".join(name.decode("utf-8", "ignore") for name in names)
    for first, last in ("αω", "ая", "اي", "कह", "กฮ", "一龥", "ぁん", "가힣", "\u0300\u036f"):
        assert any(first <= letter <= last for letter in text), (first, last)
    assert any(ord(letter) > 0xFFFF for letter in text)
    assert any(name.startswith(b"-") for name in names)
    assert any(b"\n" in name for name in names)
    assert any(len(name) > 200 for name in names)
    if sys.platform == "linux":
        assert any(name.decode("utf-8", "replace").encode() != name for name in names)


def test_pictures_open_and_broken_ones_do_not(places, contents):
    for place in places:
        if place["what"] in {"archive", "text", "link"}:
            continue
        data = contents[key(place)]
        if place["what"] == "corrupt":
            with pytest.raises((OSError, SyntaxError)), Image.open(io.BytesIO(data)) as picture:
                picture.load()
            continue
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
            assert picture.format.lower() == place["parameters"]["format"]


def test_exact_is_exact_and_none_has_no_digest_listed(built, places, contents):
    lists = listed(built)
    digests = {name: {row["md5"] for row in rows} - {""} for name, rows in lists.items()}
    others = {name: {row["sha1"] for row in rows} - {""} for name, rows in lists.items()}
    for place in places:
        if place["what"] == "link":
            continue
        data = contents[key(place)]
        md5, sha1 = hashlib.md5(data).hexdigest(), hashlib.sha1(data).hexdigest()
        on = {name for name, known in digests.items() if md5 in known}
        assert on == {name for name, known in others.items() if sha1 in known}
        assert on == ({place["list"]} if place["demand"] == "exact" else set())


def test_near_is_near_for_another_program(built, places, contents):
    lists = listed(built)
    checked = Counter()
    for place in places:
        if place["demand"] in {"near", "turned"}:
            values = [row["pdq"] for row in lists[place["list"]] if row["pdq"]]
            turned = place["demand"] == "turned"
            assert nearest(contents[key(place)], values, turned=turned) <= RADIUS, place
            checked[place["demand"]] += 1
    assert checked["near"] >= 20
    assert checked["turned"] >= 3


def test_on_no_list_is_far_for_another_program(built, places, contents):
    values = [row["pdq"] for rows in listed(built).values() for row in rows if row["pdq"]]
    strange = [p for p in places if p["demand"] == "none" and p["what"] not in {"text", "archive"}]
    for place in strange[::3]:
        assert nearest(contents[key(place)], values, turned=True) > RADIUS, place


def test_lists_say_what_the_truth_says(built, places):
    lists = listed(built)
    illegal, unidentified, harmless = lists.values()
    document = json.loads(built.lists[0][0].read_text())
    assert document["@odata.context"].endswith("/2.0.xml/CUSTOM/$metadata#Media")
    assert {row["victim_identified"] for row in illegal} == {True, False, None}
    assert "victim_identified" not in harmless[0]
    assert any(row["pdq"] and not row["md5"] for row in illegal)
    assert any(row["md5"] and not row["pdq"] for row in illegal)
    assert {row["victim_identified"] for row in unidentified if row["victim_identified"]} == {
        "false"
    }
    said = {row["md5"]: row["victim_identified"] for row in illegal if row["md5"]}
    for place in places:
        if place["demand"] == "exact" and place["list"] == built.lists[0][2]:
            path = place_on_disk(built, place)
            if not place["inside"]:
                md5 = hashlib.md5(path.read_bytes()).hexdigest()
                assert said[md5] == place["victim_identified"]


def test_links_point_and_are_not_followed(built, places):
    for place in places:
        if place["what"] == "link":
            path = place_on_disk(built, place)
            assert path.is_symlink()
            assert place["demand"] == "not followed"


def state(folder: Path) -> dict[str, tuple[int, str]]:
    """Every name below the folder, with its time (of the evidence) and its bytes' digest."""
    found = {}
    for where, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(where, name)
            plain = name in files and not path.is_symlink()
            digest = hashlib.sha256(path.read_bytes()).hexdigest() if plain else ""
            time = path.lstat().st_mtime_ns if "/evidence" in str(path) else 0
            found[os.path.relpath(path, folder)] = (time, digest)
    return found


def test_building_again_in_another_process_changes_nothing(small):
    folder, _ = small
    first = state(folder)
    inodes = {path: (folder / path).lstat().st_ino for path in first}
    program = (
        "import sys; from pathlib import Path; from fanal.demo.operation import build_operation\n"
        f"build_operation(Path(sys.argv[1]), {LEAST}, 3)"
    )
    subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        env={**os.environ, "PYTHONHASHSEED": "42", "PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
    )
    assert state(folder) == first
    for path, inode in inodes.items():
        assert (folder / path).lstat().st_ino == inode


def test_progress_counts_to_the_end(small):
    assert small[1] == [(number + 1, LEAST) for number in range(LEAST)]


def test_another_seed_makes_another_operation(small, places):
    here = {place["sha256"] for place in places if place["what"] == "original"}
    other = json.loads((small[0] / "truth.json").read_text())["places"]
    there = {place["sha256"] for place in other if place["what"] == "original"}
    assert not here & there
    assert sum(place["what"] == "copy" for place in other) >= 2


def test_refuses_strangers_folders_and_tiny_sizes(tmp_path):
    (tmp_path / "mine.txt").write_text("zz")
    with pytest.raises(UsageError):
        build_operation(tmp_path, LEAST, 1)
    assert [found.name for found in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(UsageError):
        build_operation(tmp_path / "new", LEAST - 1, 1)
    assert not (tmp_path / "new").exists()
