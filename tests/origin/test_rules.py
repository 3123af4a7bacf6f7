import pytest

from fanal.model import evidence
from fanal.model.opinion import GRADES, PROPOSITIONS
from fanal.origin.rules import RATIO, load_rules
from fanal.origin.scale import load_scale

RULES = [rule for rules in load_rules().by_kind.values() for rule in rules]
COMPOSITE = ["compositeWithTrainedAlgorithmicMedia"]
KINDS = {value for name, value in vars(evidence).items() if name.isupper()}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_what_it_weighs_and_how_it_could_be_wrong(rule):
    assert rule.kind in KINDS
    assert rule.beside | rule.without <= KINDS
    assert rule.doubts
    assert set(rule.speaks_for).isdisjoint(rule.against)
    assert "U" not in rule.speaks_for
    assert rule.speaks_for
    assert rule.against


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_rule_speaks_louder_than_its_family_may(rule):
    cap = load_scale().caps[rule.family]
    assert rule.grade == RATIO or GRADES.index(rule.grade) <= GRADES.index(cap)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.unsigned], ids=lambda r: r.id)
def test_what_anyone_can_write_is_strong_at_most_and_no_signature(rule):
    assert rule.family != "signature"
    assert GRADES.index(rule.grade) <= GRADES.index("strong")


def test_ids_are_their_own():
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_every_proposition_but_the_default_is_spoken_for():
    assert {code for rule in RULES for code in rule.speaks_for} == PROPOSITIONS.keys() - {"U"}


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        # origin.md's cases: four facts hold, then each of them missing
        ({"trust": "trusted"}, "c2pa-generated"),
        ({"trust": "untrusted"}, "c2pa-generated-untrusted"),
        ({"trust": "trusted", "binding": "differs"}, "c2pa-generated-broken"),
        ({"trust": "trusted", "signature": "differs"}, "c2pa-generated-broken"),
        ({"trust": "trusted", "camera_ingredient": True}, "c2pa-made-from-camera"),
        ({"trust": "trusted", "edited_with": COMPOSITE}, "c2pa-generated-edited"),
        ({"trust": "trusted", "created": [], "edited_with": COMPOSITE}, "c2pa-altered"),
        ({"trust": "trusted", "ingredients": "differs"}, "c2pa-generated-untrusted"),
        ({"trust": "trusted", "created": [], "camera_capture": True}, "c2pa-captured"),
        (
            {"trust": "trusted", "created": [], "camera_capture": True, "edited_with": COMPOSITE},
            "c2pa-altered",
        ),
    ],
)
def test_a_credential_is_weighed_by_its_four_facts(data, rule):
    told = {
        "binding": "holds",
        "signature": "holds",
        "ingredients": "none",
        "created": ["trainedAlgorithmicMedia"],
    }
    found = load_rules().of(evidence.CREDENTIAL, told | data, {evidence.CREDENTIAL})
    assert found is not None
    assert found.id == rule


def test_true_is_not_one_and_a_list_holds_where_one_value_does():
    rules = load_rules()
    assert rules.of(evidence.SIGNED, {"verified": 1}, set()) is None
    captured = {"value": ["zz", "digitalCapture"]}
    found = rules.of(evidence.SOURCE_TYPE, captured, set())
    assert found is not None
    assert found.id == "source-type-captured"
