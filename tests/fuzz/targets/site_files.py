"""Targets: every reader of a seized site's files, and the proposal of a mapping."""

import gzip
import tomllib
from itertools import islice, pairwise

from fanal.leads.proposing import LookedAt, Sample, proposal
from fanal.model.site import RowRefused, Rows
from fanal.sources.server import SITE_READERS
from fuzz.target import Target, require, twice, watched, written
from makers import site_files

MOST = 100_000
OPTIONS = (
    {},
    {"encoding": "gbk"},
    {"escape": "\\", "delimiter": "tab", "quote": ""},
    {"header": "no", "columns": "a,b"},
    {"format": '$remote_addr [$time_local] "$request" $status'},
)


def _checked(name: str, found: list[Rows | RowRefused]) -> list[tuple[int, int]]:
    stretches = []
    for each in found:
        if isinstance(each, RowRefused):
            require(0 < len(each.reason) <= 300, f"reason of {len(each.reason)} characters")
            require(len(each.shown) <= 200, "more is shown than may be")
            require(each.shown.isascii() and each.shown.isprintable(), "shown as it stands")
            stretches.append((each.ref, each.size))
            continue
        require(len(each.rows) <= 5000, f"{len(each.rows)} rows at once")
        require(len(set(each.columns)) == len(each.columns), "a column twice")
        for ref, size, row in zip(each.refs, each.sizes, each.rows, strict=True):
            require(len(row) == len(each.columns), "a row of another width")
            "".join(value or "" for value in row).encode()
            stretches.append((ref, size))
    if name != "sqlite":
        for (ref, size), (after, _) in pairwise(sorted(stretches)):
            require(ref + size <= after, f"{ref}+{size} is told again at {after}")
    return stretches


def read_with(name: str, data: bytes) -> None:
    """Read a file of one kind, whatever the bytes are, and some of its rows again."""
    path = written(data, "site")
    options = OPTIONS[len(data) % len(OPTIONS)]
    kind = SITE_READERS.get(name)
    with watched():
        kind.recognizes(data[:4096], "site.csv")
        reader = kind()
        found = list(islice(reader.read(path, options), MOST))
        again = list(islice(kind().read(path, options), MOST)) if twice(data) else found
    require(found == again, "read twice, the file says two things")
    require(all(isinstance(note, str) for note in reader.notes), "a note that is no text")
    stretches = _checked(name, found)
    if name != "sqlite" and "rows are counted in" not in "".join(reader.notes):
        require(sum(size for _, size in stretches) <= len(data), "more bytes than there are")
    for each in found[:20]:
        if isinstance(each, Rows):
            told = {**options, "table": each.table}
            with watched():
                one = kind().at(path, told, each.refs[0], each.sizes[0])
            require(isinstance(one, Rows | RowRefused), "neither row nor refusal")


def propose(data: bytes) -> None:
    """Propose a mapping for names and values of any kind."""
    words = [each.decode("utf-8", "replace") for each in data.split(b"\n")] or [""]
    columns = tuple(dict.fromkeys(words[::2]))[:20]
    values = tuple(tuple(words[at::3][:30]) for at in range(len(columns)))
    sample = Sample(words[-1], len(words), columns, values)
    text = proposal(words[0], [LookedAt(words[-1], "csv", (sample,), {words[0]: 1}, (words[-1],))])
    require(text.isascii(), "letters that are not plain")
    tomllib.loads(text)


def _seeds(name: str) -> list[bytes]:
    kinds = [kind for kind in site_files.KINDS if kind.reader == name]
    found = [kind.data(rows=kind.rows()) for kind in kinds]
    if name == "weblog":
        found = [site_files.access_log().encode(), site_files.access_log(vhost="zz.test ").encode()]
    if name == "mail":
        found = [site_files.mbox(2), site_files.message(3, b"zz")]
    hostile = [b"INSERT INTO zz VALUES (1,'", b'"\n",' * 50, b'{"a":' * 50, b"From a 00:00\nA:"]
    return [*found, gzip.compress(found[0]), *hostile]


def _reader(name: str) -> Target:
    def one(data: bytes) -> None:
        read_with(name, data)

    return Target(f"site-{name}", one, lambda: _seeds(name), guided=name != "sqlite")


def _names() -> list[bytes]:
    return [
        b"id\n1\nemail\nzz@mail.test\nuser_id\n240.0.0.1\nts\n1700000000\nusers",
        b"card\n4000000000000002\ndate\n01/02/2024\nkind\nview\nip\n0x7f000001\npayments",
    ]


TARGETS = (
    *(_reader(name) for name in SITE_READERS.names()),
    Target("site-proposal", propose, _names),
)
