"""One row a lead that a spreadsheet may open, and what has no column is counted."""

import csv
import io
from dataclasses import replace

from fanal.formats.lead_csv import COLUMNS, write
from makers.briefs import document
from makers.handed import GERMAN, identifier, lead, torn


def rows(*leads):
    data, losses = write([(f"leads/{one.id}.json", document(one)) for one in leads])
    text = data.decode("utf-8-sig")
    assert text.count("\r\n") == len(leads) + 1
    read = list(csv.DictReader(io.StringIO(text, newline="")))
    return read, {(loss.field, loss.note): loss.items for loss in losses}


def test_a_row_tells_the_whole_of_a_small_lead():
    (row,), _ = rows(lead())
    assert tuple(row) == COLUMNS
    assert row | {} == row
    assert (row["lead"], row["for"], row["countries"]) == (lead().id, "DE", "DE")
    assert (row["usernames"], row["emails"]) == ("zz-test-0001", "zz1@mail.example")
    assert (row["made"], row["paid"], row["came"], row["sent"]) == ("2", "1", "9", "0")
    assert (row["source"], row["information"], row["handling"]) == ("X", "4", "H2")
    assert row["file"] == f"leads/{lead().id}.json"
    assert row["because"] == lead().category_says


def test_a_phone_that_begins_like_a_formula_gets_an_apostrophe():
    (row,), lost = rows(lead())
    assert row["phones"] == f"'{GERMAN}"
    assert lost["phones", "an apostrophe stands before what a spreadsheet would run"] == 1


def test_what_a_payer_typed_in_is_in_no_column_of_the_suspect():
    payers = replace(identifier("email", "zz-owner@card.example", 3), of="payer", confirmed=False)
    wallet = replace(identifier("wallet", "zz-wallet-0001", 4), of="payer", confirmed=False)
    one = replace(lead(), identifiers=(*lead().identifiers, payers, wallet))
    data, _ = write([("leads/zz.json", document(one))])
    assert b"zz-owner@card.example" not in data
    (row,), lost = rows(one)
    assert (row["emails"], row["wallets"]) == ("zz1@mail.example", "zz-wallet-0001; zzwallet1")
    note = "a payer may be another person: the lead's file has them"
    assert lost["identifiers of payers", note] == 1


def test_hidden_characters_are_spelt_and_counted():
    one = replace(lead(), identifiers=(identifier("email", "a\u202eb\x00\r\n=c", 1),))
    (row,), lost = rows(one)
    assert row["emails"] == "a\\u202eb\\u0000\\u000d\\u000a=c"
    assert lost["emails", "characters that cannot be printed are spelt by their number"] == 1


def test_what_has_no_column_is_counted_once_a_lead():
    _, lost = rows(lead(), torn())
    counts = {field: items for (field, _), items in lost.items()}
    assert counts["from"] == counts["unknown"] == counts["countries.reasons"] == 2
    assert counts["identifiers"] == 2
