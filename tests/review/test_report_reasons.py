import pytest

from fanal.review.report_reasons import UNKNOWN, meaning

KNOWN = (
    "no perceptual hash: not a picture",
    "no perceptual hash: video",
    "no decoder: image/x-canon-cr3",
    "damaged picture",
    "decoded in part",
    "limit: frames",
    "limit: pixels",
    "limit: memory",
    "limit: time",
    "limit: depth",
    "limit: members",
    "limit: ratio",
    "limit: total",
    "limit: near matches",
    "not opened: RAR archive",
    "not opened: disk image (raw)",
    "not opened: mail store (PST)",
    "encrypted",
    "unsupported compression",
    "archive damaged",
    "damaged member",
    "data after the end",
    "unlisted bytes",
    "overlapping members",
    "symbolic link",
    "folder loop",
    "device",
    "socket",
    "pipe",
    "special file",
    "unreadable file",
    "unreadable folder",
    "not readable",
    "path too long",
    "changed while reading",
    "disappeared",
    "worker died",
    "analyzer failed",
    "not looked at: the run was cut off or the file changed",
)


@pytest.mark.parametrize("reason", KNOWN)
def test_every_reason_is_explained(reason):
    said = meaning(reason)
    assert said.means != UNKNOWN
    assert said.means.endswith((".", "?"))
    assert said.action.endswith(".")


def test_the_longest_beginning_counts():
    assert "disk image" in meaning("not opened: disk image (raw)").means
    assert meaning("limit: pixels").begins == "limit: pixels"
    assert meaning("limit: of a kind to come").begins == "limit"


def test_an_unknown_reason_says_so():
    assert meaning("zz-test-0001").means == UNKNOWN
