"""Digests equal those of the standard library, however the bytes come."""

import hashlib
import io

from hypothesis import given
from hypothesis import strategies as st

from fanal.content.digest import HEAD, Hasher, digest_bytes, digest_stream


def said(data: bytes) -> tuple:
    return (
        hashlib.sha256(data).hexdigest(),
        hashlib.sha1(data, usedforsecurity=False).hexdigest(),
        hashlib.md5(data, usedforsecurity=False).hexdigest(),
        len(data),
        data[:4096],
    )


def told(digests) -> tuple:
    return digests.sha256, digests.sha1, digests.md5, digests.size, digests.head


def test_nothing_has_the_digests_of_the_standards():
    found = digest_bytes(b"")
    assert found.md5 == "d41d8cd98f00b204e9800998ecf8427e"  # RFC 1321, A.5
    assert found.sha1 == "da39a3ee5e6b4b0d3255bfef95601890afd80709"
    assert found.sha256.startswith("e3b0c44298fc1c149afbf4c8996fb924")
    assert (found.size, found.head) == (0, b"")


def test_abc_has_the_digests_of_the_standards():
    found = digest_bytes(b"abc")
    assert found.md5 == "900150983cd24fb0d6963f7d28e17f72"  # RFC 1321, A.5
    assert found.sha1 == "a9993e364706816aba3e25717850c26c9cd0d89d"  # FIPS 180-2, A.1
    assert found.sha256.startswith("ba7816bf8f01cfea414140de5dae2223")  # FIPS 180-2, B.1


@given(st.lists(st.binary(max_size=3000), max_size=6))
def test_the_cuts_do_not_matter(chunks):
    hasher = Hasher()
    for chunk in chunks:
        hasher.update(chunk)
    whole = b"".join(chunks)
    assert told(hasher.digests()) == said(whole)
    assert told(digest_bytes(whole)) == said(whole)
    assert told(digest_stream(io.BytesIO(whole))) == said(whole)


def test_a_stream_longer_than_a_block_is_read_to_its_end():
    data = bytes(range(256)) * 9000
    assert told(digest_stream(io.BytesIO(data))) == said(data)


def test_a_stream_is_read_from_where_it_stands():
    stream = io.BytesIO(b"0123456789")
    stream.seek(4)
    assert told(digest_stream(stream)) == said(b"456789")


def test_a_stream_that_gives_a_byte_at_a_time_keeps_the_whole_head():
    class Slow(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 1))

    data = b"zz-test-0001" * 500
    found = digest_stream(Slow(data))
    assert len(found.head) == HEAD
    assert told(found) == said(data)


def test_memory_views_are_bytes_too():
    hasher = Hasher()
    hasher.update(memoryview(b"abc"))
    assert told(hasher.digests()) == said(b"abc")


def test_digests_may_be_asked_in_the_middle():
    hasher = Hasher()
    hasher.update(b"ab")
    assert told(hasher.digests()) == said(b"ab")
    hasher.update(b"c")
    assert told(hasher.digests()) == said(b"abc")
