"""Marks in files that nobody here made: what is found beside what their makers say."""

from functools import lru_cache

import pytest

from fanal.bench.marks import MARKED, UNMARKED, judged, names_an_input
from fanal.model.evidence import RECORD
from makers.evidence import corpus

LEAST = 0.95


@lru_cache(maxsize=1)
def found():
    return judged(corpus("MANIFEST.csv").parent)


def named():
    return [each for each in found() if each.file.category in MARKED and each.file.tool]


def test_nearly_every_file_whose_maker_is_named_is_recognised():
    files = named()
    assert len(files) >= 70
    assert sum(bool(each.findings) for each in files) >= LEAST * len(files)


def test_nearly_every_file_is_ascribed_to_its_program():
    files = named()
    wrong = [each.file.path for each in files if not each.right]
    assert len(wrong) <= (1 - LEAST) * len(files), wrong


@pytest.mark.parametrize("category", UNMARKED)
def test_photographs_have_no_mark_of_a_generator(category):
    files = [each for each in found() if each.file.category == category]
    assert len(files) > 20
    assert [each.file.path for each in files if each.findings] == []


def test_every_input_picture_that_a_record_names_is_found():
    files = [each for each in named() if names_an_input(each.file.data)]
    assert len(files) >= 8
    assert [each.file.path for each in files if not each.inputs] == []


SETTINGS = ("seed", "steps", "cfg", "version", "model_hash")


@pytest.mark.parametrize("setting", SETTINGS)
def test_settings_are_those_that_the_makers_of_the_corpus_read(setting):
    compared = 0
    for each in named():
        wanted = each.file.truth.get("tool_version" if setting == "version" else setting)
        records = [finding.data for finding in each.findings if finding.kind == RECORD]
        if wanted in (None, "") or not records:
            continue
        if setting == "model_hash":
            told = [one["value"] for record in records for one in record.get("model_hashes", [])]
            assert str(wanted).lower().removeprefix("0x") in told, each.file.path
        elif setting == "version":
            told = [str(record.get("version") or record.get("model")) for record in records]
            assert any(str(wanted) in one for one in told), each.file.path
        else:
            told = [float(record[setting]) for record in records if setting in record]
            assert float(wanted) in told, each.file.path
        compared += 1
    assert compared >= 5
