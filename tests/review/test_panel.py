from pathlib import Path

import pytest

from fanal.model import evidence
from fanal.model.opinion import STATES
from fanal.review.panel import CAUTION, VERDICTS, panel
from fanal.review.panel_facts import NOT_MEASURED, TESTED, laid_out

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


def facts(state="inconclusive", findings=(), matches=(), grade="strong", looked=()):
    origin = {
        "looked": list(looked),
        "state": state,
        "grade": grade,
        "propositions": [{"code": "G2", "says": "zz proposition", "grade": "strong"}],
        "findings": list(findings),
    }
    return {"origin": origin, "matches": list(matches)}


def lines(*told, **more):
    return list(panel(facts(*told, **more)))


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


@pytest.mark.parametrize("state", STATES)
def test_the_page_is_made_of_what_the_terminal_says(state):
    told = facts(state, [finding(kind) for kind in sorted(KINDS)], looked=["camera"])
    written, structure = "\n".join(panel(told)), laid_out(told)
    assert structure.words in written
    assert structure.change in written
    assert (CAUTION in written) is structure.is_generated
    assert ("CONFLICT" in written) is structure.is_conflict
    for part in structure.parts:
        assert f"  {part.title}\n" in written
        for line in part.lines:
            assert f"    • {line.says}\n      {line.strength}" in written
    shown = sum(len(part.lines) for part in structure.parts)
    assert shown == len(KINDS) == sum(map(len, structure.by_kind.values()))


@pytest.mark.parametrize(
    ("codes", "push"),
    [
        (["C1"], "camera"),
        (["C1", "C2"], "camera"),
        (["C3"], "edited"),
        (["G1", "C3"], "AI or edited"),
        (["S"], "a copy"),
        ([], "none"),
        (["U"], "none"),
    ],
)
def test_a_line_says_where_it_pushes(codes, push):
    (line,) = laid_out(facts(findings=[finding(evidence.RECORD, **{"for": codes})])).by_kind[
        evidence.RECORD
    ]
    assert line.push == push


def test_reliability_is_told_where_it_was_measured_and_nowhere_else():
    noise = {"calibration": {"own": 12, "same_model": 34, "other": 56, "sha256": "ab" * 32}}
    score = {"condition": "small/middle/again", "calibration_counts": {"same": 700, "other": 800}}
    told = laid_out(
        facts(
            findings=[
                finding(evidence.NOISE, data=noise),
                finding(evidence.DETECTOR, data=score | {"calibration_digest": "cd" * 32}),
                finding(evidence.CAMERA, analyzer="camera"),
            ]
        )
    ).by_kind
    (noisy,), (scored,) = told[evidence.NOISE], told[evidence.DETECTOR]
    for count in ("12", "34", "56"):
        assert count in noisy.reliability
    assert noisy.tested == "calibration " + "ab" * 6
    assert scored.reliability == "measured for small/middle/again on 800 other, 700 same"
    assert scored.tested == "calibration " + "cd" * 6
    assert told[evidence.CAMERA][0].reliability == NOT_MEASURED
    assert told[evidence.CAMERA][0].tested == "docs/guide/camera.md"
    bare = laid_out(facts(findings=[finding(evidence.DETECTOR, data={"condition": "zz"})]))
    assert bare.by_kind[evidence.DETECTOR][0].reliability == "not calibrated for zz"


def test_what_says_how_it_was_tested_is_there():
    folder = Path(__file__).parents[2]
    assert all((folder / page).is_file() for page in TESTED.values())
