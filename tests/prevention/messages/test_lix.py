import pytest

from fanal.prevention.messages.lix import lix, step


# counted by hand: words / sentences + 100 × words of more than six letters / words
@pytest.mark.parametrize(
    ("sentences", "value"),
    [
        (("The cat sat down.",), 4),  # 4/1 + 0
        (("The cat sat. It slept.", "Soon"), 2),  # 6/3 + 0
        (("Somebody listens without questions.",), 104),  # 4/1 + 400/4
        (("You can stop here, nobody is judging you.",), 20),  # 8/1 + 100/8 = 20.5, even
        (("Помощь есть рядом.",), 3),
        (("停在这里。",), None),
        (("يمكنك التوقف هنا.",), None),
        ((), None),
        (("…",), None),
    ],
)
def test_lix_is_what_its_formula_says(sentences, value):
    assert lix(sentences) == value


def test_its_steps_are_those_of_its_author():
    told = [(None, "not measured"), (29, "very easy"), (30, "easy"), (45, "medium")]
    for value, name in [*told, (59, "hard"), (60, "very hard")]:
        assert step(value) == name
