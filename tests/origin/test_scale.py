import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import UsageError
from fanal.model.opinion import GRADES
from fanal.origin.scale import FAMILIES, HIGHEST, load_scale

# The ENFSI guideline's table (2015): likelihood ratio → verbal equivalent.
GUIDELINE = [
    (1, "none"),
    (1.9, "none"),
    (2, "weak"),
    (9.9, "weak"),
    (10, "moderate"),
    (99, "moderate"),
    (100, "moderately strong"),
    (999, "moderately strong"),
    (1_000, "strong"),
    (9_999, "strong"),
    (10_000, "very strong"),
    (999_999, "very strong"),
    (1_000_000, "extremely strong"),
]


@pytest.mark.parametrize(("ratio", "word"), GUIDELINE)
def test_a_ratio_and_its_inverse_have_the_guidelines_word(ratio, word):
    scale = load_scale()
    assert scale.word(math.log10(ratio)) == word
    assert scale.word(-math.log10(ratio)) == word


@given(st.sampled_from(GRADES), st.sampled_from(FAMILIES))
def test_no_grade_exceeds_the_cap_of_its_family(grade, family):
    scale = load_scale()
    capped = scale.capped(grade, family)
    assert GRADES.index(capped) <= GRADES.index(scale.caps[family])
    assert GRADES.index(capped) <= GRADES.index(grade)


def test_pixels_are_weak_and_bound_to_ten():
    scale = load_scale()
    assert (scale.caps["pixels"], scale.bound("pixels")) == ("weak", 1.0)


def test_no_words_of_a_laboratory_lift_the_number_of_pixels(tmp_path):
    own = tmp_path / "scale.toml"
    words = "\n".join(f'"{word}" = 1e{at}' for at, word in enumerate(GRADES[1:], 3))
    own.write_text(f"[scale]\n{words}\n")
    scale = load_scale(own)
    assert (scale.caps["pixels"], scale.bound("pixels")) == ("weak", 1.0)
    assert scale.bound("sensor") == 8.0


def test_a_laboratory_brings_its_own_words_and_lower_caps(tmp_path):
    own = tmp_path / "scale.toml"
    own.write_text('[caps]\nrecord = "moderate"\n')
    scale = load_scale(own)
    assert scale.caps["record"] == "moderate"
    assert scale.caps["sensor"] == load_scale().caps["sensor"]
    assert scale.digest != load_scale().digest


@pytest.mark.parametrize(("family", "highest"), HIGHEST.items())
def test_no_laboratory_lifts_what_anyone_can_write_or_pixels(tmp_path, family, highest):
    own = tmp_path / "scale.toml"
    own.write_text(f'[caps]\n{family} = "extremely strong"\n')
    with pytest.raises(UsageError, match=family) as told:
        load_scale(own)
    assert highest in str(told.value.advice)


@pytest.mark.parametrize(
    "text",
    [
        "caps = 3",
        "[caps]\nzz = 'weak'",
        "[caps]\nrecord = 'zz'",
        "[scale]\nweak = 2",
        "[more]\nx = 1",
        "not toml",
        "[scale]\n" + "\n".join(f"'{word}' = 5" for word in GRADES[1:]),
        "[scale]\n" + "\n".join(f"'{word}' = '{at}'" for at, word in enumerate(GRADES[1:], 2)),
        "[scale]\n" + "\n".join(f"'{word}' = nan" for word in GRADES[1:]),
    ],
)
def test_what_is_no_scale_is_refused_by_name(tmp_path, text):
    own = tmp_path / "scale.toml"
    own.write_text(text)
    with pytest.raises(UsageError, match=r"scale\.toml"):
        load_scale(own)


def test_a_missing_file_is_said_so(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        load_scale(tmp_path / "none.toml")
