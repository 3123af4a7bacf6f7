"""A report that claims too much is refused, wherever the claim stands."""

import pytest

from fanal.errors import UsageError
from fanal.prevention.reporting.limits import ALL, honest
from fanal.prevention.trials.claims import is_claim


def test_the_limits_themselves_claim_nothing():
    assert not [one for one in ALL if is_claim(one)]


@pytest.mark.parametrize(
    "told",
    [
        {"a": {"b": ["", {"c": "We saw fewer crimes"}]}},
        {"a": {"b": ["This reduced abuse"]}},
        {"a": {"b": "children are safer"}},
    ],
)
def test_a_claim_is_refused_by_its_place_and_without_its_words(told):
    with pytest.raises(
        UsageError, match=r"^a\.b(\.c)? claims what counts of sessions cannot show$"
    ):
        honest(told)


def test_a_report_without_claims_is_as_it_was():
    told = {"a": ["120 messages were shown"], "n": 3, "none": None}
    assert honest(told) is told
