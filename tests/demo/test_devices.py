from random import Random

from hypothesis import given
from hypothesis import strategies as some

from fanal.demo import devices


@given(word=some.sampled_from(devices.WORDS), length=some.integers(1, 255))
def test_long_names_are_cut_between_characters(word, length):
    name = devices.long_name(word, length)
    assert length - 3 <= len(name) <= length
    assert name.decode() == (word * length)[: len(name.decode())]


def test_persons_names_bring_every_odd_one_in_turn():
    names = {devices.person_name(Random(n), n, "") for n in range(8 * len(devices.ODD))}
    assert {odd.encode() for odd in devices.ODD} <= names
    assert set(devices.NOT_TEXT) <= names
    assert not any(b"/" in name or b"\0" in name for name in names)


def test_devices_are_numbered_and_have_their_own_cameras():
    found = devices.devices(20)
    assert len({device.name for device in found}) == 20
    assert len({device.camera.serial for device in found}) == 20
    for device in found:
        for part in ("camera", "cache", "downloads"):
            assert not device.folder(Random(1), part).startswith("/")
