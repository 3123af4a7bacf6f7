import hashlib
import hmac
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.prevention.trials.assignment import Running, assign
from makers.trials import registered


class Clock:
    def __init__(self):
        self.now = datetime(2026, 12, 1, 12, tzinfo=UTC)

    def __call__(self):
        return self.now


@given(st.binary(min_size=1, max_size=64), st.text(), st.lists(st.integers(1, 1000), min_size=1))
def test_an_arm_holds_its_share_of_all_digests(key, session, weights):
    digest = int(hmac.new(key, session.encode("utf-8", "surrogatepass"), "sha256").hexdigest(), 16)
    at = assign(key, session, weights)
    below, total = sum(weights[:at]), sum(weights)
    assert below * 2**256 <= digest * total < (below + weights[at]) * 2**256


def test_shares_are_those_of_the_weights():
    told = [assign(b"k", f"s{n}", (2, 1, 1)) for n in range(20_000)]
    for arm, share in enumerate((0.5, 0.25, 0.25)):
        assert told.count(arm) / 20_000 == pytest.approx(share, abs=0.014)  # 4 standard errors


def test_a_session_sees_one_wording_a_day_and_the_next_day_has_another_key(tmp_path):
    clock = Clock()
    running = Running(registered(tmp_path), clock)
    names = [f"s{n}" for n in range(200)]
    first = [running.variant(one) for one in names]
    clock.now += timedelta(hours=11)
    assert [running.variant(one) for one in names] == first
    clock.now += timedelta(hours=2)
    assert [running.variant(one) for one in names] != first
    assert set(first) == {"combined", "help"}


def test_a_key_is_kept_where_it_was_registered(tmp_path):
    clock = Clock()
    running = Running(
        registered(
            tmp_path,
            {'[[arm]]\nvariant = "combined"': 'key = "trial"\n[[arm]]\nvariant = "combined"'},
        ),
        clock,
    )
    names = [f"s{n}" for n in range(200)]
    first = [running.variant(one) for one in names]
    clock.now += timedelta(days=20)
    assert [running.variant(one) for one in names] == first


def test_two_starts_have_two_keys_and_none_is_told(tmp_path):
    told = registered(tmp_path)
    one, two = Running(told, Clock()), Running(told, Clock())
    names = [f"s{n}" for n in range(200)]
    assert [one.variant(name) for name in names] != [two.variant(name) for name in names]
    assert one._key.hex() not in repr(one)
    assert repr(one._key) not in repr(one)
    assert hashlib.sha256(one._key).digest() != hashlib.sha256(two._key).digest()
    assert one.trial_id == told.trial_id


def test_what_takes_part_was_registered(tmp_path):
    left = "[exclusions]\ncountries = ['NO']\ndays = [2026-12-24]\nreason = 'told before'\n\n"
    running = Running(registered(tmp_path, {"[stopping]": left + "[stopping]"}), Clock())
    first = date(2026, 12, 1)
    assert running.covers("search", "DE", first)
    assert running.covers("generate", "", date(2027, 1, 31))
    assert not running.covers("upload", "DE", first)
    assert not running.covers("search", "NO", first)
    assert not running.covers("search", "no", first)
    assert not running.covers("search", "DE", date(2026, 12, 24))
    assert not running.covers("search", "DE", date(2027, 2, 1))
