import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.model.series import SAME_DEVICE
from fanal.series.bodies import Body, body_of, folded, key_of, tells
from fanal.series.devices import Devices, by_noise
from makers.linked import content


def record(serial="3001234", model="D70", make="NIKON CORPORATION", **more):
    return {"make": make, "model": model, "serial": serial, **more}


def gathered(*records):
    devices = Devices()
    for number, one in enumerate(records):
        devices.add(content(number), body_of(one))
    return devices


def test_pictures_of_one_serial_number_are_tied():
    ties = list(gathered(record(), record(), record("3009999")).ties())
    assert {tie.sha256 for tie in ties} == {content(0), content(1)}
    assert {(tie.kind, tie.common) for tie in ties} == {
        (SAME_DEVICE, "NIKON CORPORATION, serial number 3001234")
    }
    assert "2 pictures" in ties[0].says


@pytest.mark.parametrize(
    "serial",
    ["", "0", "0000000", "1234567890", "0123456", "7654321", "none", "N/A", "ffffffff", "--"],
)
def test_serial_numbers_that_no_camera_has_tie_nothing_and_are_named(serial):
    assert not tells(folded(serial))
    devices = gathered(record(serial), record(serial))
    assert not list(devices.ties())
    if serial.strip():
        assert [one.contents for one in devices.refused()] == [2]


def test_one_serial_number_with_several_models_ties_nothing_and_is_named():
    devices = gathered(record(), record(model="D3"), record())
    assert not list(devices.ties())
    (refused,) = devices.refused()
    assert refused.contents == 3
    assert "D3, D70" in refused.says


def test_two_makers_may_use_one_number():
    devices = gathered(
        record(), record(), record(make="Canon", model="EOS"), record(make="Canon", model="EOS")
    )
    assert len(list(devices.ties())) == 4
    assert not list(devices.refused())


def test_zeros_before_a_serial_number_do_not_count():
    assert body_of(record("0003001234")) == body_of(record("3001234"))


def test_a_hostile_serial_number_stays_short_and_on_one_line():
    hostile = "zz\x1b[2J\n" + "9a8b" * 2500
    ties = list(gathered(record(hostile), record(hostile)).ties())
    assert len(ties) == 2
    assert all(len(tie.common) < 200 and tie.common.isprintable() for tie in ties)


def test_noise_ties_by_the_name_of_the_device():
    ties = list(
        by_noise([(content(0), "zz-phone"), (content(1), "zz-phone"), (content(0), "zz-phone")])
    )
    assert [(tie.sha256, tie.common) for tie in ties] == sorted(
        (content(one), "sensor noise of zz-phone") for one in (0, 1)
    )


def test_a_camera_without_a_serial_number_is_known_on_one_exhibit_only():
    body = Body("ZZ", "PHONE", "")
    assert key_of(body, "1.0", "desk") != key_of(body, "1.0", "phone")
    assert key_of(body, "1.0", "desk") != key_of(body, "1.1", "desk")
    numbered = Body("ZZ", "PHONE", "77AB12")
    assert key_of(numbered, "1.0", "desk") == key_of(numbered, "1.1", "phone")


@given(
    st.dictionaries(
        st.sampled_from(("make", "model", "serial", "internal_serial", "software")),
        st.none() | st.integers() | st.text(max_size=20) | st.lists(st.text(), max_size=1),
    )
)
def test_any_record_has_a_body(data):
    body = body_of(data)
    assert body.name.isprintable()
    assert not (body.serial and body.refused)
