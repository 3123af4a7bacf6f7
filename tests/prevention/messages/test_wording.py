import pytest

from fanal.prevention.messages.wording import Fault, leads_nowhere, wrong_message


@pytest.mark.parametrize(
    "text",
    [
        "You can stop here.",
        "Es gibt Hilfe, z.B. in Ihrer Nähe: ohne Namen.",
        "Nutzer*innen, Nutzer_innen und Nutzer:innen – 24 Stunden (auch am 1.1.2027).",
        "می‌توانید بی‌نام کمک بگیرید.",
        "停在这里。还有帮助。",
        "Ποιος ακούει; Κάποιος ακούει.",
        "In 2025 there were 4,577 calls.",
    ],
)
def test_sentences_are_sentences(text):
    assert leads_nowhere(text)


@pytest.mark.parametrize(
    "text",
    [
        "See https://zz.example for more",
        "See zz.example",
        "See WWW zz",
        "See 10.0.0.1 for more",
        "See zz\u2024example",
        "Call \u2460\u2461\u2462\u2463\u2464\u2465\u2466\u2467",
        "\uff1cb\uff1e",
        "See zz.example.",
        "See пример.рф",
        "See zz。example",
        "Write to zz@example",
        "Call +49 800",
        "Call 0800 111 0 111",
        "tel:112",
        "JavaScript : x",
        "<b>bold</b>",
        "a &amp; b",
        "[a](b)",
        "#zz",
        "a\u202ecod",
        "a\u200bb",
        "a\nb",
        "a\x00b",
        "\ud800",
    ],
)
def test_whatever_may_lead_somewhere_or_act_is_no_sentence(text):
    assert not leads_nowhere(text)


def test_a_message_has_its_keys_and_lengths():
    fine = {"title": "Title", "body": ["One."]}
    assert not list(wrong_message(fine, "neutral"))
    for changed, where in (
        ({"title": "x" * 121}, "neutral.title"),
        ({"title": " "}, "neutral.title"),
        ({"title": 1}, "neutral.title"),
        ({"body": []}, "neutral.body"),
        ({"body": "One."}, "neutral.body"),
        ({"body": ["One."] * 9}, "neutral.body"),
        ({"body": ["x" * 501]}, "neutral.body"),
    ):
        found = list(wrong_message(fine | changed, "neutral"))
        assert [(one.fault, one.where) for one in found] == [(Fault.VALUE, where)], changed
    for other in ({"title": "Title"}, fine | {"link": "x"}, "text", None):
        assert [one.fault for one in wrong_message(other, "neutral")] == [Fault.KEYS]
