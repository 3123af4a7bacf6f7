"""A phone is learned of its pictures and finds those it took, wherever they lie, and no others."""

import shutil
from dataclasses import replace
from functools import cached_property

import numpy as np
import pytest

from fanal.content import sensor as content_sensor
from fanal.content.sensor import EXTRACTOR
from fanal.custody.verifier import verify
from fanal.errors import CaseError, UsageError
from fanal.model.evidence import COMPARED, NOISE
from fanal.model.finding import Finding, Seen
from fanal.model.opinion import Device, Opinion
from fanal.pipeline import device_learn, device_pictures, devices
from fanal.pipeline.case import reading, writing
from fanal.pipeline.copy import copy
from fanal.pipeline.device_learn import learn
from fanal.pipeline.device_pictures import From
from fanal.pipeline.device_weight import NO_CHECK, PUBLISHED, truth_of, weigh_devices
from fanal.pipeline.devices import compare, described
from fanal.pipeline.examine import Wanted
from fanal.pipeline.progress import Silent
from fanal.stores.interface import Server
from makers import phones, postgres, sensors
from makers.evidence import found, leaves

ALL = Wanted(everything=True)
ONE = From(exhibit="one")


class Pictures:
    """Digests of the pictures, by who took them."""

    @cached_property
    def own(self) -> set[str]:
        return phones.digests(*map(phones.own, range(phones.OWN)))

    @cached_property
    def walls(self) -> set[str]:
        return phones.digests(*map(phones.wall, range(phones.FLAT)))

    @cached_property
    def others(self) -> set[str]:
        return phones.digests(*map(phones.other, range(phones.OTHERS)))

    @cached_property
    def drawn(self) -> set[str]:
        return phones.digests(*map(phones.drawn, range(2)))

    @cached_property
    def sent(self) -> set[str]:
        return phones.digests(phones.sent())

    @cached_property
    def whole(self) -> Wanted:
        """Every picture that fits and is not damaged."""
        return Wanted(tuple(self.own | self.others | self.drawn | self.sent))


OF = Pictures()
KEPT: dict[bytes, np.ndarray] = {}


@pytest.fixture(autouse=True, scope="module")
def _noise_is_taken_out_once():
    """Keep the noise of each picture: these tests look at the same ones again and again."""
    made = content_sensor.noise

    def kept(plane):
        key = repr(plane.shape).encode() + plane.tobytes()
        if key not in KEPT:
            KEPT[key] = made(plane)
        return KEPT[key].copy()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content_sensor, "noise", kept)
        yield
        KEPT.clear()


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return phones.build(tmp_path_factory.mktemp("phones"))


@pytest.fixture(scope="module")
def ready(built, tmp_path_factory):
    """A case with camera records, in which the first phone is learned and compared with all."""
    made = replaced(built, tmp_path_factory.mktemp("ready"))
    phones.with_records(made)
    learned = learn(made.case, made.settings, "phone 1", ONE, Silent())
    done = compare(made.case, made.settings, (), ALL, Silent())
    return made, learned, done


@pytest.fixture
def fresh(built, tmp_path):
    return replaced(built, tmp_path)


@pytest.fixture
def learned(ready, tmp_path):
    """A copy of that case."""
    return replaced(ready[0], tmp_path)


def replaced(made, folder):
    shutil.copytree(made.case, folder / "case")
    return replace(made, case=folder / "case")


def agreeing(case) -> dict[str, Finding]:
    return {one.sha256: one for one in found(case, Finding, analyzer="sensor")}


def compared(case) -> dict[str, Finding]:
    return {
        one.sha256: one
        for one in found(case, Finding, analyzer="sensor phone 1")
        if one.kind == COMPARED
    }


def truths(case):
    """The pictures of known origin, for each device of the case."""
    with reading(case) as store:
        every = list(store.find(Device, order=("name",)))
        return [truth_of(store, device, every) for device in every]


def test_a_phone_is_learned_of_walls_where_there_are_enough(ready):
    _, learned, _ = ready
    device = learned.device
    assert set(device.pictures) == OF.walls
    assert (device.make, device.model, device.serial) == ("ZZ", "Model Z", "1111")
    assert (device.width, device.height) == (sensors.WIDTH, sensors.HEIGHT)
    assert device.version == EXTRACTOR
    assert device.facts["flat"] == phones.FLAT
    assert device.facts["halves"] > 1000
    assert not learned.is_weak
    assert set(device.facts["held_out"]) == OF.own
    reasons = {reason.partition(":")[0] for reason in learned.left.values()}
    assert (
        reasons
        == {
            "held out, to measure how its own pictures agree",
            "another size or orientation",
            "it was not decoded, or holds several pictures",
        }
        or "damaged picture" in reasons
    )


def test_pictures_it_took_agree_also_in_archives_and_no_others_do(ready):
    made, _, done = ready
    agree = agreeing(made.case)
    assert agree.keys() == OF.own | OF.sent
    assert compared(made.case).keys() == OF.own | OF.sent | OF.others | OF.drawn
    (tally,) = done.tallies
    assert (tally.device, tally.agree, tally.left) == ("phone 1", len(OF.own | OF.sent), 0)
    assert tally.compared == len(OF.own | OF.sent | OF.others | OF.drawn)
    assert not OF.walls & compared(made.case).keys()  # it was learned of these
    assert tally.failed == {"damaged picture": 1}
    assert done.looked == tally.compared + 1
    assert done.gaps
    assert done.other_size == 2
    for one in agree.values():
        assert one.kind == NOISE
        assert one.data["agrees"] is True
        assert one.data["pce"] >= 60
        assert (
            one.says
            == f"sensor noise agrees with device phone 1: PCE {one.data['pce']:,.0f} (full frame)"
        )
        assert PUBLISHED in one.doubts
        assert one.log10_lr == one.data["log10_lr"]


def test_what_agrees_is_weighed_against_other_bodies_of_the_model(ready):
    made, _, _ = ready
    for one in agreeing(made.case).values():
        assert one.data["calibration"]["own"] == phones.OWN
        assert one.data["calibration"]["same_model"] == phones.OTHERS
        assert 0.3 < one.log10_lr <= 0.57  # the logarithm of a third of eleven is 0.564
        assert not any("no same-model check" in doubt for doubt in one.doubts)


def test_agreement_speaks_for_a_camera_and_its_absence_for_nothing(ready):
    made, _, _ = ready
    opinions = {one.sha256: one for one in found(made.case, Opinion)}
    reasons = [one for sha256 in OF.sent for one in opinions[sha256].reasons]
    (reason,) = [one for one in reasons if one["kind"] == NOISE]
    assert (reason["rule"], reason["for"], reason["against"]) == (
        "sensor-noise",
        ["C1", "C2", "C3"],
        ["G1", "G2"],
    )
    assert reason["grade"] == "weak"
    for sha256 in OF.drawn | OF.others:
        kinds = {one["kind"] for one in opinions[sha256].reasons} if sha256 in opinions else set()
        assert not {NOISE, COMPARED} & kinds


def test_a_pair_is_compared_once_and_nothing_is_written_twice(learned):
    before = {kind: found(learned.case, kind) for kind in (Seen, Finding, Device)}
    last = leaves(learned.case)[-1].number
    done = compare(learned.case, learned.settings, ("phone 1",), ALL, Silent())
    assert done.looked == 0
    assert done.tallies[0].compared == len(OF.own | OF.sent | OF.others | OF.drawn)
    assert {kind: found(learned.case, kind) for kind in before} == before
    later = [leaf.verb for leaf in leaves(learned.case) if leaf.number > last]
    assert "weigh devices" not in later
    assert verify(learned.case).problems == []


def test_chosen_pictures_alone_are_compared(fresh):
    learn(fresh.case, fresh.settings, "phone 1", ONE, Silent())
    wanted = Wanted(tuple(OF.sent | OF.drawn) + tuple(phones.digests(phones.wall(1))))
    done = compare(fresh.case, fresh.settings, (), wanted, Silent())
    (tally,) = done.tallies
    assert (tally.wanted, tally.compared, tally.agree) == (3, 3, 12)
    # Those held out are compared too, for they tell what agreement weighs.
    assert compared(fresh.case).keys() == OF.sent | OF.drawn | OF.own
    assert (done.other_size, done.gaps) == (0, False)


def test_without_camera_records_nothing_is_weighed(fresh):
    told = learn(fresh.case, fresh.settings, "phone 1", ONE, Silent())
    assert (told.device.make, told.device.model, told.device.serial) == ("", "", "")
    compare(fresh.case, fresh.settings, (), ALL, Silent())
    agree = agreeing(fresh.case)
    assert agree.keys() == OF.own | OF.sent
    for one in agree.values():
        assert one.log10_lr is None
        assert one.data["calibration"]["same_model"] == 0
        assert any("no same-model check" in doubt for doubt in one.doubts)
        assert any("not calibrated" in doubt for doubt in one.doubts)


def test_without_other_bodies_of_the_model_it_weighs_little_and_more_once_there_are(fresh):
    phones.with_records(fresh, two="Model Q")
    learn(fresh.case, fresh.settings, "phone 1", ONE, Silent())
    compare(fresh.case, fresh.settings, (), ALL, Silent())
    few = agreeing(fresh.case)
    assert {one.log10_lr for one in few.values()} == {NO_CHECK}
    assert all(any("no same-model check" in doubt for doubt in one.doubts) for one in few.values())
    with writing(fresh.case, fresh.settings) as store:
        with store.act("zz", "records") as act:
            act.drop(Finding, analyzer="camera")
            act.put(phones.record(one, "Model Z", "1111") for one in OF.own | OF.walls)
            act.put(phones.record(one, "Model Z", "2222") for one in OF.others)
        assert weigh_devices(store, "zz", Silent())
        assert not weigh_devices(store, "zz", Silent())
    more = agreeing(fresh.case)
    assert few.keys() == more.keys()
    assert all(one.log10_lr > NO_CHECK for one in more.values())
    assert verify(fresh.case).problems == []


def test_an_unknown_body_of_the_same_model_is_no_check(fresh):
    phones.with_records(fresh, serial="")
    learn(fresh.case, fresh.settings, "phone 1", From(exhibit="one", serial="1111"), Silent())
    assert [len(truth.same) for truth in truths(fresh.case)] == [0]


def test_another_device_of_the_case_is_a_check_too(fresh):
    phones.with_records(fresh, serial="")
    learn(fresh.case, fresh.settings, "phone 1", ONE, Silent())
    learn(fresh.case, fresh.settings, "phone 2", From(exhibit="two"), Silent())
    assert [len(truth.same) for truth in truths(fresh.case)] == [
        phones.OTHERS,
        phones.FLAT + phones.OWN,
    ]
    compare(fresh.case, fresh.settings, (), ALL, Silent())
    told = {one.data["device"]: set() for one in found(fresh.case, Finding, analyzer="sensor")}
    for one in found(fresh.case, Finding, analyzer="sensor"):
        told[one.data["device"]].add(one.sha256)
    assert told == {"phone 1": OF.own | OF.sent}


def test_a_body_is_no_check_of_itself(fresh):
    phones.with_records(fresh, serial="1111")
    for name, exhibit in (("phone 1", "one"), ("phone 2", "two"), ("again", "one")):
        learn(fresh.case, fresh.settings, name, From(exhibit=exhibit), Silent())
    assert {(len(truth.same), len(truth.other)) for truth in truths(fresh.case)} == {(0, 0)}


def test_a_phone_is_learned_of_ordinary_pictures_too(fresh):
    told = learn(fresh.case, fresh.settings, "phone 2", From(exhibit="two"), Silent())
    assert set(told.device.pictures) == OF.others
    assert told.device.facts["flat"] == 0
    assert told.device.facts["halves"] > 60
    done = compare(fresh.case, fresh.settings, ("phone 2",), ALL, Silent())
    assert done.tallies[0].agree == 0


def test_a_part_of_many_ordinary_pictures_is_held_out(fresh, monkeypatch):
    monkeypatch.setattr(device_learn, "FROM_HELD", 8)
    told = learn(fresh.case, fresh.settings, "phone 2", From(exhibit="two"), Silent())
    held = set(told.device.facts["held_out"])
    assert len(held) == 3
    assert held | set(told.device.pictures) == OF.others
    assert not held & set(told.device.pictures)


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (From(exhibit="third"), "too few"),
        (From(exhibit="nowhere"), "no picture"),
        (From(exhibit="one", model="Model Q"), "no picture"),
        (From(), "several cameras"),
        (From(model="Model Z"), "several bodies"),
        (From(sha256=("zz",)), "no item"),
    ],
)
def test_what_cannot_be_learned_is_said(learned, wanted, says):
    if not wanted.model and wanted == From():
        with writing(learned.case, learned.settings) as store, store.act("zz", "records") as act:
            act.put([phones.record(next(iter(OF.drawn)), "Model Q", "3")])
    with pytest.raises(UsageError, match=says) as told:
        learn(learned.case, learned.settings, "phone 9", wanted, Silent())
    assert told.value.advice
    assert not found(learned.case, Device, name="phone 9")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "z" * 61, "phone 1"])
def test_a_name_is_printable_and_taken_once(learned, name):
    with pytest.raises(UsageError, match=r"called|named"):
        learn(learned.case, learned.settings, name, ONE, Silent())


def test_a_serial_chooses_one_body(learned):
    told = learn(
        learned.case, learned.settings, "phone 2", From(model="model z", serial="2222"), Silent()
    )
    assert set(told.device.pictures) == OF.others
    assert told.device.serial == "2222"
    reasons = {told.left[sha256] for sha256 in OF.own}
    assert reasons == {"its camera record does not say so"}


def test_pictures_in_archives_and_gone_evidence_are_not_learned_of(fresh, tmp_path):
    shutil.copytree(fresh.evidence, tmp_path / "elsewhere")
    with reading(fresh.case) as store:
        told = device_pictures.candidates(store, From(sha256=tuple(OF.sent | OF.own)))
    assert {shot.sha256 for shot in told.shots} == OF.own
    assert told.left[next(iter(OF.sent))].startswith("it lies in an archive")


def test_too_small_pictures_are_refused(learned, monkeypatch):
    monkeypatch.setattr(device_pictures, "LEAST_PIXELS", sensors.WIDTH * sensors.HEIGHT + 1)
    with pytest.raises(UsageError, match="too small"):
        learn(learned.case, learned.settings, "phone 9", ONE, Silent())
    monkeypatch.setattr(device_pictures, "LEAST_PIXELS", 1)
    monkeypatch.setattr(device_pictures, "MOST_PIXELS", sensors.WIDTH * sensors.HEIGHT - 1)
    with pytest.raises(UsageError, match="more than is compared"):
        learn(learned.case, learned.settings, "phone 9", ONE, Silent())


def test_of_many_pictures_evenly_spread_ones_are_looked_at(fresh, monkeypatch):
    monkeypatch.setattr(device_pictures, "MOST_LOOKED", 6)
    told = learn(fresh.case, fresh.settings, "phone 1", From(exhibit="two"), Silent())
    assert len(told.device.pictures) == 6
    assert told.is_weak
    assert list(told.left.values()) == [device_pictures.NOT_NEEDED] * (phones.OTHERS - 6)


def test_a_case_without_devices_says_how_to_learn_one(fresh):
    with pytest.raises(UsageError, match="no device"):
        compare(fresh.case, fresh.settings, (), ALL, Silent())


def test_unknown_devices_and_clusters_are_refused(learned):
    with pytest.raises(UsageError, match="no device named 'phone 7'"):
        compare(learned.case, learned.settings, ("phone 7",), ALL, Silent())
    cluster = replace(learned.settings, engine="cluster")
    with pytest.raises(UsageError, match="on this machine"):
        compare(learned.case, cluster, (), ALL, Silent())


def test_a_device_of_another_extractor_is_not_compared_with(learned, monkeypatch):
    monkeypatch.setattr(devices, "EXTRACTOR", "2")
    with pytest.raises(UsageError, match="learn"):
        compare(learned.case, learned.settings, (), ALL, Silent())


@pytest.mark.parametrize("how", ["changed", "cut", "gone"])
def test_files_of_a_device_that_were_changed_are_not_used(learned, how):
    (device,) = found(learned.case, Device)
    path = learned.case / "devices" / device.folder / "middle.f16"
    data = bytearray(path.read_bytes())
    data[7] ^= 1
    path.unlink()
    if how != "gone":
        path.write_bytes(data if how == "changed" else data[:-2])
    with pytest.raises(CaseError, match="files of device 'phone 1'"):
        compare(learned.case, learned.settings, (), ALL, Silent())
    assert verify(learned.case).problems


def test_absent_evidence_is_said_and_compared_when_it_is_back(fresh, tmp_path):
    learn(fresh.case, fresh.settings, "phone 1", ONE, Silent())
    away = tmp_path / "away"
    (fresh.evidence / "third").rename(away)
    try:
        done = compare(fresh.case, fresh.settings, (), OF.whole, Silent())
        assert done.absent.keys() == {"third"}
        assert done.gaps
        assert done.tallies[0].left == len(OF.sent | OF.drawn)
    finally:
        away.rename(fresh.evidence / "third")
    again = compare(fresh.case, fresh.settings, (), OF.whole, Silent())
    assert (again.looked, again.absent, again.gaps) == (len(OF.sent | OF.drawn), {}, False)
    assert agreeing(fresh.case).keys() == OF.own | OF.sent


def test_a_device_says_what_is_known_of_it(ready):
    made, learned, _ = ready
    with reading(made.case) as store:
        told = described(store, learned.device, [learned.device])
    assert told["name"] == "phone 1"
    assert told["calibration"]["own"] == phones.OWN
    assert told["calibration"]["same_model"] == phones.OTHERS
    assert 0.3 < told["calibration"]["most"] <= 0.57
    assert told["compared"] == len(OF.own | OF.sent | OF.others | OF.drawn)
    assert {one["sha256"] for one in told["agree"]} == OF.own | OF.sent
    pces = [one["pce"] for one in told["agree"]]
    assert pces == sorted(pces, reverse=True)


def test_the_same_on_a_server(ready, tmp_path):
    made, _, _ = ready
    running = postgres.running()
    server = Server(running.address(running.database()))
    settings = replace(made.settings, home=str(tmp_path / "home"))
    copy(made.case, server, settings, Silent())
    learn(server, settings, "phone 2", From(exhibit="two"), Silent())
    elsewhere = replace(settings, home=str(tmp_path / "another machine"))
    done = compare(server, elsewhere, (), Wanted(tuple(OF.drawn | OF.sent)), Silent())
    assert {one.device: one.agree for one in done.tallies} == {
        "phone 1": len(OF.own | OF.sent),
        "phone 2": 0,
    }
    assert [one.compared for one in done.tallies] == [3, 3]
