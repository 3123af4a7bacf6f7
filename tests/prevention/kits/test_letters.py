"""Letters carry help, say that they are drafts until they are signed, and leave nothing behind."""

import html as spelling
from datetime import date

import pytest

from fanal.errors import UsageError
from fanal.helplines.directory import read_book
from fanal.prevention.kits.letter_records import read_records
from fanal.prevention.kits.letter_template import built_in, examine, read_template
from fanal.prevention.kits.letters import Order, compose, delivery_html, html, make, missing, pdf
from makers.kits import RECORDS, signed
from makers.pdf_text import pages

TODAY = date(2026, 11, 27)
RECORD = {"name": "Zz Example", "address": "Zz Street 1", "reference": "ZZ-0001"}
RECORD |= {"authority": "Zz Office", "contact": "Zz desk"}
HOSTILE = '<script>alert(1)</script> #panic("x") $x$ *b* {name} {{ 7 * 7 }}'


def squeezed(text):
    return "".join(text.split())


@pytest.fixture
def records(tmp_path):
    path = tmp_path / "records.csv"
    path.write_text(RECORDS, "utf-8")
    return read_records(path)


@pytest.mark.parametrize("locale", built_in())
@pytest.mark.parametrize("country", ["DE", "FR", "PL", "BA", "ZZ"])
def test_help_and_whom_to_call_in_danger_of_life_stand_in_every_letter(locale, country):
    letter = compose(Order(read_template(locale), country, TODAY), RECORD)
    page = spelling.unescape(html(letter, "letter"))
    assert letter.contacts
    assert letter.crisis_contacts
    for one in (*letter.contacts, *letter.crisis_contacts):
        assert one.service in page
        assert one.phone or one.web
        assert one.phone in page
        assert one.web in page
    assert letter.help in page
    assert letter.crisis in page


def test_the_emergency_number_is_called_by_its_name_in_the_language():
    letter = compose(Order(read_template("sv"), "SE", TODAY), RECORD)
    assert ("Nödnummer", "112") in {(one.service, one.phone) for one in letter.crisis_contacts}


def test_both_forms_hold_the_same_and_a_draft_says_so():
    letter = compose(Order(read_template("de"), "DE", TODAY), RECORD)
    page = spelling.unescape(html(letter, "letter"))
    (paper,) = pages(pdf(letter, "letter", TODAY))
    for text in ("DRAFT", letter.subject, *letter.body, letter.closing, "ZZ-0001", "112"):
        assert text in page
        assert squeezed(text) in squeezed(paper)
    assert "2026-11-27" in page


def test_the_envelope_names_the_person_and_nothing_else():
    letter = compose(Order(read_template("en"), "GB", TODAY), RECORD)
    page = html(letter, "envelope")
    assert letter.envelope == ("Zz Example", "Zz Street 1")
    for text in (letter.subject, *letter.body, "ZZ-0001", "Zz Office", "Zz desk", "DRAFT"):
        assert text not in page
    (paper,) = pages(pdf(letter, "envelope", TODAY))
    assert squeezed(paper) == squeezed("Personal Zz Example Zz Street 1")


def test_the_note_for_delivery_says_that_no_children_may_read_it():
    page = delivery_html(read_template("en"))
    assert "No children in the household may read this letter" in page
    assert "despair" in page


def test_text_of_a_record_is_never_markup():
    record = RECORD | {"name": HOSTILE, "address": HOSTILE}
    letter = compose(Order(read_template("en"), "GB", TODAY), record)
    for kind in ("letter", "envelope"):
        page = html(letter, kind)
        assert "<script" not in page
        assert HOSTILE in spelling.unescape(page)
        assert squeezed("#panic(") in squeezed(pages(pdf(letter, kind, TODAY))[0])


def test_pages_load_and_run_nothing():
    letter = compose(Order(read_template("en"), "GB", TODAY), RECORD)
    for page in (html(letter, "letter"), html(letter, "envelope")):
        assert "default-src 'none'" in page
        assert not any(each in page for each in ("<script", "<img", "<link", "src=", "href="))


def test_the_same_letter_has_the_same_bytes():
    letter = compose(Order(read_template("en"), "GB", TODAY), RECORD)
    assert pdf(letter, "letter", TODAY) == pdf(letter, "letter", TODAY)


def test_one_letter_and_one_envelope_a_record_and_nothing_else_is_written(records, tmp_path):
    out = tmp_path / "letters"
    made = make(Order(read_template("en"), "GB", TODAY), records, out)
    assert (made.letters, made.is_draft, made.without_pdf) == (2, True, ())
    kinds = ("envelope.html", "envelope.pdf", "letter.html", "letter.pdf")
    numbered = [f"{at}-{kind}" for at in ("0001", "0002") for kind in kinds]
    assert sorted(one.name for one in out.iterdir()) == [*numbered, "delivery.html"]
    assert {one.name for one in tmp_path.iterdir()} == {"records.csv", "letters"}
    with pytest.raises(UsageError, match="there already"):
        make(Order(read_template("en"), "GB", TODAY), records, out)


def test_signs_that_the_fonts_lack_leave_a_page_and_no_wrong_pdf(tmp_path):
    record = RECORD | {"name": "مثال"}
    made = make(Order(read_template("en"), "GB", TODAY), [record], tmp_path / "out")
    assert made.without_pdf == (1,)
    assert not list((tmp_path / "out").glob("*.pdf"))
    assert "مثال" in (tmp_path / "out" / "0001-letter.html").read_text("utf-8")


def test_nothing_is_final_before_it_was_read_and_signed(records, tmp_path):
    order = Order(read_template("en"), "GB", TODAY, is_final=True)
    with pytest.raises(UsageError, match=r"reviewed_by.*signed_by.*provision"):
        make(order, records, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_final_letter_is_no_draft_and_names_the_provision(records, tmp_path):
    order = Order(examine(signed().encode()), "GB", TODAY, is_final=True)
    assert missing(order) == ()
    assert not make(order, records, tmp_path / "out").is_draft
    page = (tmp_path / "out" / "0001-letter.html").read_text("utf-8")
    assert "DRAFT" not in page
    assert "Section 1 of the Zz Act; ZZ 12/26" in page
    assert not any(
        "DRAFT" in text
        for one in (tmp_path / "out").glob("*.pdf")
        for text in pages(one.read_bytes())
    )


def test_no_letter_is_final_where_nobody_is_known_for_danger_of_life(tmp_path):
    template = examine(signed().encode())
    assert missing(Order(template, "ZZ", TODAY)) == (
        "nobody to call in danger of life is known in ZZ",
    )
    path = tmp_path / "own.toml"
    path.write_text(
        '[[emergency]]\ncountries = ["ZZ"]\nphone = "112"\nsource = "zz"\nchecked_on = 2026-11-01',
        "utf-8",
    )
    assert missing(Order(template, "ZZ", TODAY, book=read_book(path))) == ()


def test_a_template_of_one_country_is_for_no_other():
    template = examine(signed().replace('country = ""', 'country = "GB"').encode())
    assert missing(Order(template, "GB", TODAY)) == ()
    assert missing(Order(template, "IE", TODAY)) == ("the template is for GB, not for IE",)
