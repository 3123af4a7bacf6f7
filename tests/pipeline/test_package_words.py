"""A value of another person is found in what people wrote, in whatever form it stands there."""

import pytest

from fanal.pipeline.package_words import MOST, strangers
from makers.handed import Book, identifier, lead

OTHER = lead(
    7,
    identifiers=(
        identifier("phone", "+4930234560007", 7),
        identifier("email", "zz.seven@mail.example", 7),
        identifier("address", "2001:db8::7", 7),
        identifier("username", "zz-test-0007", 7),
        identifier("username", "plain", 7),
    ),
)
BOOK = Book(lead(1), OTHER)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("he rang +49 30 23456-0007.", "+49 30 23456-0007"),
        ("wrote to ZZ.Seven@mail.example, often", "ZZ.Seven@mail.example"),
        ("came from (2001:DB8::7)", "2001:DB8::7"),
        ("is “zz-test-0007”", "zz-test-0007"),
        ("the same as zz-site/a7!", "zz-site/a7"),
    ],
)
def test_a_value_of_a_lead_outside_is_found(text, word):
    assert strangers(BOOK, [text], {lead(1).id}) == {word}
    assert strangers(BOOK, [text], {lead(1).id, OTHER.id}) == frozenset()


def test_common_words_and_values_of_nobody_stay():
    text = "plain words, 17 of them, zz-test-0001 and 240.9.9.9 on 2025-01-02"
    assert strangers(BOOK, [text, ""], {lead(1).id}) == frozenset()


def test_no_more_words_are_looked_up_than_a_bound():
    class Counting:
        asked = 0

        def with_identifier(self, *_):
            self.asked += 1
            return ()

        def of_account(self, *_):
            return ""

    counting = Counting()
    strangers(counting, [" ".join(f"zz-{n:05}" for n in range(5_000))], set())
    assert counting.asked == MOST


def test_a_stranger_after_hundreds_of_other_words_and_his_wallet_are_found():
    class Known:
        def of_account(self, _site, _account):
            return ""

        def with_identifier(self, kind, value, _most=50):
            mine = {("address", "240.0.9.9"), ("wallet", "bc1qzz0000000000000000000000")}
            return ["L-1"] if (kind, value) in mine else []

    many = " ".join(f"240.0.{n // 200}.{n % 200}" for n in range(400))
    texts = [f"{many} then 240.0.9.9, paid from bc1qzz0000000000000000000000."]
    found = strangers(Known(), texts, {"L-0"})
    assert found == {"240.0.9.9", "bc1qzz0000000000000000000000"}
