import pytest

from fanal.prevention.trials.claims import is_claim


@pytest.mark.parametrize(
    "text",
    [
        "The text leads to fewer crimes.",
        "It REDUCES\nonline child sexual abuse",
        "Offending fell by a third",
        "We prevented 300 offences",
        "to stop offenders before they act",
        "This protects children",
        "children were made safer",
        "Makes the internet safer",
        "weniger Straftaten",
        "moins de crimes",
        "menos delitos",
        "minder misdrijven",
        "abuse has gone down, crime went down",
        "lower re-offending",
        "The message deters offenders",
        "It halved the offences",
        "Crime is down",
        "It made the service safer for kids",
        "Straftaten gingen zurück",
    ],
)
def test_claims_are_seen(text):
    assert is_claim(text)


@pytest.mark.parametrize(
    "text",
    [
        "A smaller share of sessions has a further match.",
        "The share of sessions that continue is 4 points lower after the help text.",
        "People read that there is help; appeals stay rare.",
        "The wording names the law in the first sentence.",
        "In fewer sessions a further search matches.",
    ],
)
def test_plain_counts_are_no_claims(text):
    assert not is_claim(text)
