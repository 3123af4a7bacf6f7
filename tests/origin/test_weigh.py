import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.model import evidence
from fanal.model.finding import Finding
from fanal.model.opinion import GRADES, STATES
from fanal.origin.rules import load_rules
from fanal.origin.scale import load_scale
from fanal.origin.weigh import MOST_REASONS, weigh

RULES, SCALE = load_rules(), load_scale()


def found(kind, log10_lr=None, says="zz", **data):
    return Finding("0" * 64, "zz", "1", kind, says, log10_lr=log10_lr, data=data)


def opinion(*findings):
    return weigh("0" * 64, findings, RULES, SCALE)


def credential(**data):
    told = {"binding": "holds", "signature": "holds", "trust": "trusted", "ingredients": "none"}
    return found(evidence.CREDENTIAL, **(told | data))


CREATED = ["trainedAlgorithmicMedia"]
COMPOSITE = ["compositeWithTrainedAlgorithmicMedia"]
RECORD = found(evidence.RECORD, size_agrees=True)
OTHER_SIZE = found(evidence.RECORD, size_agrees=False)
CAMERA = found(evidence.CAMERA)
INTACT = found(evidence.STRUCTURE, intact=True)
MODEL = found(evidence.MODEL_FOUND, by="digest")
SIGNED = found(evidence.SIGNED, verified=True)
INPUT = found(evidence.INPUT, derives=True)


@pytest.mark.parametrize(
    ("findings", "state", "grade", "settled"),
    [
        ((), "inconclusive", "none", False),
        ((CAMERA,), "inconclusive", "none", False),
        ((CAMERA, INTACT), "camera", "moderate", False),
        ((RECORD,), "inconclusive", "none", False),
        ((RECORD, MODEL), "inconclusive", "none", False),
        ((OTHER_SIZE, MODEL), "inconclusive", "none", False),
        ((found(evidence.TAG), MODEL), "inconclusive", "none", False),
        (
            (RECORD, found(evidence.SOURCE_TYPE, value="trainedAlgorithmicMedia")),
            "inconclusive",
            "none",
            False,
        ),
        ((SIGNED,), "generator", "very strong", True),
        ((SIGNED, CAMERA), "conflicting", "none", False),
        ((RECORD, MODEL, CAMERA), "conflicting", "none", False),
        ((credential(created=CREATED),), "generator", "very strong", True),
        ((credential(created=CREATED), CAMERA), "conflicting", "none", False),
        ((credential(created=CREATED, trust="untrusted"),), "inconclusive", "none", False),
        ((credential(created=CREATED, binding="differs"),), "inconclusive", "none", False),
        ((credential(edited_with=COMPOSITE),), "altered", "strong", True),
        ((credential(edited_with=COMPOSITE), CAMERA), "altered", "strong", True),
        ((credential(edited_with=COMPOSITE), CAMERA, INTACT), "conflicting", "none", False),
        ((credential(edited_with=COMPOSITE, trust="untrusted"),), "altered", "moderate", False),
        ((credential(camera_capture=True),), "camera", "very strong", False),
        ((credential(camera_capture=True), RECORD), "conflicting", "none", False),
        ((RECORD, INPUT), "made_from_picture", "strong", False),
        ((RECORD, INPUT, CAMERA), "conflicting", "none", False),
        ((CAMERA, INTACT, found(evidence.EDITOR)), "camera", "moderate", False),
        ((found(evidence.EDITOR),), "inconclusive", "none", False),
        ((found(evidence.REPRODUCTION),), "reproduction", "moderate", False),
        ((found(evidence.REPRODUCTION), RECORD), "conflicting", "none", False),
        ((found(evidence.DETECTOR, 9.0),), "inconclusive", "none", False),
        ((found(evidence.DETECTOR, 9.0), RECORD), "inconclusive", "none", False),
        ((found(evidence.NOISE, 3.5, agrees=True),), "camera", "strong", False),
        ((found(evidence.NOISE, 3.5, agrees=True), SIGNED), "conflicting", "none", False),
        ((found(evidence.NOISE, 3.5, agrees=False),), "inconclusive", "none", False),
    ],
)
def test_states_follow_the_rules_of_the_house(findings, state, grade, settled):
    made = opinion(*findings)
    assert (made.state, made.grade, made.settled) == (state, grade, settled)


def test_an_add_on_model_or_a_source_keeps_a_child_possible():
    assert not opinion(SIGNED).real_child
    assert opinion(SIGNED, found(evidence.ADD_ON)).real_child
    assert opinion(RECORD).real_child  # not settled, so nothing is excluded


def test_a_reason_names_its_rule_doubts_and_bytes():
    rests = [evidence.extent(3, 4, "ab" * 32)]
    made = opinion(found(evidence.RECORD, size_agrees=True, bytes=rests))
    (reason,) = made.reasons
    assert reason["rule"] == "record-complete"
    assert reason["bytes"] == rests
    assert reason["unsigned"] is True
    assert "it can be written by anyone" in reason["doubts"]
    assert made.propositions == {"G2": "strong"}


@pytest.mark.parametrize(("by", "at"), [("time stamp", {"at": "zz"}), ("day of judging", {})])
def test_by_which_list_a_signer_was_judged_stands_in_the_reason(by, at):
    told = {"state": "trusted", "list": "zz list", "anchor": "zz anchor", "at": "zz", "by": by}
    (reason,) = opinion(credential(created=CREATED, trusted_by=told)).reasons
    wanted = {"state": "trusted", "list": "zz list", "anchor": "zz anchor", "by": by, **at}
    assert reason["judged"] == {"trust": "trusted", "trusted_by": wanted}
    assert "judged" not in opinion(RECORD).reasons[0]


def test_what_only_the_case_tells_is_kept_though_it_weighs_nothing():
    told = Finding("0" * 64, evidence.CASE, "1", evidence.SOURCE_OF, "zz named as a source")
    (reason,) = opinion(told).reasons
    assert (reason["says"], reason["grade"], reason["rule"]) == ("zz named as a source", None, None)
    assert opinion(told).state == "inconclusive"


def test_a_flood_of_marks_hides_nothing_that_speaks_for_a_camera():
    """As a graph with a hundred input pictures and a hundred labels beside it, in a photograph."""
    flood = [found(evidence.INPUT, says=f"zz {n}", derives=True) for n in range(100)]
    flood += [found(evidence.LABEL, says=f"zz {n}") for n in range(100)]
    made = opinion(*flood, CAMERA, INTACT)
    assert made.state == "conflicting"
    assert len(made.reasons) == MOST_REASONS
    rules = [reason["rule"] for reason in made.reasons]
    assert {"camera-record", "structure-intact", "label", "input-derives"} == set(rules)
    grades = [GRADES.index(reason["grade"]) for reason in made.reasons]
    assert grades == sorted(grades, reverse=True)


def test_one_reason_of_every_rule_can_be_named():
    assert len(ALL) < MOST_REASONS


@pytest.mark.parametrize("ratio", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_no_ratio(ratio):
    (reason,) = opinion(found(evidence.DETECTOR, ratio)).reasons
    assert (reason["grade"], reason["log10_lr"]) == ("none", None)
    assert opinion(found(evidence.NOISE, ratio, agrees=True)).state == "inconclusive"


def test_a_ratio_below_one_speaks_the_other_way_round():
    (reason,) = opinion(found(evidence.DETECTOR, -0.7)).reasons
    assert (reason["for"], reason["grade"]) == (["C1", "C2", "C3"], "weak")


def test_a_ratio_without_calibration_has_no_grade():
    (reason,) = opinion(found(evidence.NOISE, agrees=True)).reasons
    assert (reason["grade"], reason["log10_lr"]) == ("none", None)


KINDS = sorted(RULES.by_kind)
ALL = [rule for rules in RULES.by_kind.values() for rule in rules]
WORDS = ["holds", "differs", "trusted", "untrusted", "agrees", "digest", "digitalCapture"]
VALUES = st.sampled_from(
    [True, False, None, 32, CREATED, COMPOSITE, "trainedAlgorithmicMedia", *WORDS]
)
NAMES = st.sampled_from(sorted({name for rule in ALL for name in (*rule.when, *rule.unless)}))
FINDINGS = st.builds(
    lambda kind, data, ratio: Finding("0" * 64, "zz", "1", kind, "zz", log10_lr=ratio, data=data),
    st.sampled_from(KINDS),
    st.dictionaries(NAMES, VALUES, max_size=6),
    st.none() | st.floats(-300, 300),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(FINDINGS, max_size=6))
def test_whatever_is_found_the_laws_hold(findings):
    made = opinion(*findings)
    assert made.state in STATES
    for reason in made.reasons:
        cap = SCALE.caps[reason["family"]]
        assert GRADES.index(reason["grade"]) <= GRADES.index(cap)
        if reason["log10_lr"] is not None:
            assert abs(reason["log10_lr"]) <= SCALE.bound(reason["family"])
    deciding = [r for r in made.reasons if r["family"] != "pixels" and r["grade"] != "none"]
    families = {r["family"] for r in deciding}
    for_camera = [
        r for r in deciding if {"C1", "C2"} & set(r["for"]) and {"G1", "G2"} & set(r["against"])
    ]
    if made.state == "generator":
        assert not for_camera
        assert "signature" in families
    if not families:
        assert made.state == "inconclusive"


@settings(max_examples=200, deadline=None)
@given(st.lists(FINDINGS, max_size=5), st.floats(-300, 300))
def test_pixels_change_no_state(findings, ratio):
    with_pixels = opinion(*findings, found(evidence.DETECTOR, ratio))
    without = opinion(*(f for f in findings if f.kind != evidence.DETECTOR))
    assert (with_pixels.state, with_pixels.grade) == (without.state, without.grade)


@settings(max_examples=200, deadline=None)
@given(st.lists(FINDINGS, max_size=5), st.sampled_from([CAMERA, INTACT]))
def test_a_camera_side_forbids_generator(findings, camera):
    assert opinion(*findings, camera).state != "generator"
