from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from fanal.demo.cast import HARMLESS, ILLEGAL, UNIDENTIFIED
from fanal.demo.plan import ARCHIVES, LEAST, LISTED, PACKED, plan


@settings(max_examples=40, deadline=None)
@given(size=some.integers(LEAST, 1500), seed=some.integers(0, 2**40))
def test_every_size_is_met_and_no_two_files_share_a_name(size, seed):
    made = plan(size, seed)
    assert made.total() == size
    assert len(made.devices) == 3 + size // 200
    paths = [(job.exhibit, job.path.lower()) for job in made.jobs]
    paths += [(packed.exhibit, packed.path.lower()) for packed in made.packs]
    assert len(set(paths)) == len(paths)
    assert all(len(path.rpartition(b"/")[2]) <= 255 for _, path in paths)
    assert plan(size, seed) == made


def test_every_archive_has_members_and_the_tar_a_zip():
    made = plan(LEAST, 1)
    assert {packed.kind for packed in made.packs} == set(ARCHIVES)
    assert all(packed.members for packed in made.packs)
    assert all(bool(packed.inner) == (packed.kind == "tar") for packed in made.packs)
    held = [job for packed in made.packs for job in (*packed.members, *packed.inner)]
    assert {job.what for job in held} <= PACKED
    assert not {job.number for job in held} & {job.number for job in made.jobs}


@pytest.mark.parametrize("seed", [1, 2])
def test_lists_know_their_share_of_the_scenes(seed):
    scenes = plan(1000, seed).scenes
    share = Counter(scene.listed for scene in scenes)
    for name in (ILLEGAL, UNIDENTIFIED, HARMLESS, ""):
        assert abs(share[name] / len(scenes) - LISTED.count(name) / len(LISTED)) < 0.02
    said = {(scene.listed, scene.victim_identified) for scene in scenes}
    assert {(ILLEGAL, True), (ILLEGAL, False), (ILLEGAL, None), (UNIDENTIFIED, False)} <= said


def test_a_cameras_pictures_lie_on_its_own_device():
    made = plan(300, 1)
    cameras = {device.name: device.camera for device in made.devices}
    taken = {scene.number: scene.camera for scene in made.scenes}
    for job in made.jobs:
        if job.what == "original" and taken[job.scene] is not None:
            assert cameras[job.exhibit] == taken[job.scene]
