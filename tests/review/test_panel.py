import pytest

from fanal.model import evidence
from fanal.model.opinion import STATES
from fanal.review.panel import CAUTION, VERDICTS, panel

KINDS = {
    value
    for name, value in vars(evidence).items()
    if name.isupper() and name not in {"SENSITIVE", "BYTES", "CASE"}
}


def finding(kind, **more):
    told = {
        "analyzer": "zz",
        "version": "1",
        "kind": kind,
        "says": f"zz says {kind}",
        "for": ["G2"],
        "against": ["C1", "C2"],
        "grade": "strong",
        "log10_lr": None,
        "doubts": ["zz doubts"],
        "data": {"sensitive": {"prompt": "zz-test-0001"}},
    }
    return told | more


def lines(state="inconclusive", findings=(), matches=(), grade="strong", looked=()):
    origin = {
        "looked": list(looked),
        "state": state,
        "grade": grade,
        "propositions": [{"code": "G2", "says": "zz proposition", "grade": "strong"}],
        "findings": list(findings),
    }
    return list(panel({"origin": origin, "matches": list(matches)}))


@pytest.mark.parametrize("state", STATES)
def test_a_verdict_is_words_and_never_a_share(state):
    told = lines(state)
    assert told[0] == f"origin: {VERDICTS[state]} (strong)"
    assert not any("%" in line for line in told)
    assert any(line.startswith("  what would change this: ") for line in told)
    under_ai = state in {"generator", "made_from_picture", "altered"}
    assert any(CAUTION in line for line in told) is under_ai
    assert any("CONFLICT" in line for line in told) is (state == "conflicting")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_finding_is_shown_once_with_strength_and_doubt(kind):
    told = lines(findings=[finding(kind)])
    assert sum(f"zz says {kind}" in line for line in told) == 1
    assert any("strong → G2 over C1, C2  [zz 1]" in line for line in told)
    assert any("could be wrong: zz doubts" in line for line in told)
    assert not any("zz-test-0001" in line for line in told)


def test_a_kind_from_elsewhere_is_shown_too():
    told = lines(findings=[finding("zz of another distribution")])
    assert "  other findings" in told


def test_what_is_missing_is_listed_as_neutral():
    told = lines()
    assert sum("neutral" in line for line in told) == 7


def test_what_nobody_looked_for_is_not_said_to_be_absent():
    assert sum("not looked at; neutral" in line for line in lines()) == 6
    told = lines(looked=["generator", "traces", "sensor zz", "detector:zz", "camera", "credential"])
    assert not any("not looked at" in line for line in told)
    assert any("no mark of a generator; neutral" in line for line in told)
    assert any("no trace was seen; neutral" in line for line in told)


def test_a_ratio_is_worded():
    told = lines(findings=[finding(evidence.NOISE, log10_lr=2.6)])
    assert any("about 400 times more probable" in line for line in told)


def test_an_observation_weighs_nothing():
    bare = {"for": [], "against": [], "grade": None}
    told = lines(findings=[finding(evidence.TRACE, **bare)])
    assert any(line.strip() == "observation  [zz 1]" for line in told)


def test_matches_are_resemblance():
    near = {"list": "zz", "kind": "illegal", "via": "pdq", "distance": 7, "entry": 3}
    told = lines(matches=[near, near | {"via": "md5", "distance": 0}])
    assert any("illegal list zz, entry 3: 7 bits apart" in line for line in told)
    assert any("illegal list zz, entry 3: same md5" in line for line in told)
