"""The dump of the made-up site is written as MySQL writes one, and is dirty where it says so."""

from random import Random

import pytest

from fanal.demo import assumptions
from fanal.demo.site_dump import cut, nearly, table, typed, written, wrongly


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, b"NULL"),
        (7, b"7"),
        ("zz", b"'zz'"),
        ("a'b\\c", b"'a\\'b\\\\c'"),
        ("ø", b"'\xc3\xb8'"),
        (b"\xf8", b"'\xf8'"),
    ],
)
def test_values_are_written_as_literals(value, text):
    assert written(value) == text


def test_a_table_is_created_and_filled_two_hundred_rows_a_statement():
    text = b"".join(table("zz", "id int, at datetime", ((n, "x") for n in range(401)))).decode()
    assert "CREATE TABLE `zz` (\n  `id` int,\n  `at` datetime\n) ENGINE=" in text
    statements = [line for line in text.splitlines() if line.startswith("INSERT")]
    assert [line.count("(") for line in statements] == [200, 200, 1]
    assert statements[-1] == "INSERT INTO `zz` VALUES (400,'x');"


def test_a_perceptual_hash_comes_back_with_few_bits_changed():
    random = Random(1)
    far = [(int(nearly(random, "0" * 64), 16)).bit_count() for _ in range(200)]
    assert min(far) == 0
    assert 0 < max(far) <= 7


def test_numbers_are_typed_with_marks_but_with_the_same_digits():
    random = Random(1)
    told = {typed(random, "+4366010123") for _ in range(100)}
    assert len(told) > 3
    assert {"".join(sign for sign in one if sign not in " -./") for one in told} == {"+4366010123"}
    assert {typed(random, "") for _ in range(50)} == {""}


def test_few_texts_are_in_another_encoding(monkeypatch):
    random = Random(1)
    told = [wrongly(random, "Zzør") for _ in range(2000)]
    wrong = [one for one in told if one != "Zzør"]
    assert 0 < len(wrong) / 2000 < 2 * assumptions.MOJIBAKE
    monkeypatch.setattr(assumptions, "MOJIBAKE", 1.0)
    kinds = {type(wrongly(random, "Zzør")) for _ in range(50)}
    assert kinds == {bytes, str}
    assert "Zzør" not in {wrongly(random, "Zzør") for _ in range(50)}


def test_the_end_is_cut_within_the_last_table():
    whole = b"INSERT INTO `pm` VALUES (1);\nINSERT INTO `acts` VALUES (1,2),(3,4),(5,6);\n"
    short = cut(whole)
    assert whole.startswith(short)
    assert b"`pm` VALUES (1);" in short
    assert b"INSERT INTO `acts`" in short
    assert not short.rstrip().endswith(b";")
