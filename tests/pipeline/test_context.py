"""What only the case can tell: source pictures and model files, in both directions."""

import hashlib

import pytest

from fanal.model import evidence
from fanal.model.finding import Finding
from fanal.model.item import Item, Place
from fanal.model.opinion import Opinion
from fanal.pipeline.case import writing
from fanal.pipeline.context import Context
from fanal.pipeline.progress import Silent
from fanal.pipeline.weigh import weigh_all
from makers.cases import digest
from makers.evidence import found

SOURCE, OUTPUT, MODEL, OTHER = (digest("sha256", number) for number in range(4))
PIXELS = hashlib.md5(b"zz pixels").hexdigest()


def finding(of, kind, **data):
    return Finding(of, "zz", "1", kind, f"zz {kind}", data=data)


def filled(case, settings, *records):
    with writing(case, settings) as store:
        with store.act("zz", "intake") as act:
            act.put(
                Item(sha, digest("sha1", n), digest("md5", n), 1, "image/png")
                for n, sha in enumerate((SOURCE, OUTPUT, MODEL, OTHER))
            )
            act.put(records)
        weigh_all(store, settings, "zz", Silent())
        context = Context.of(store)
    return context, {opinion.sha256: opinion for opinion in found(case, Opinion)}


def said(opinion, kind):
    return [one for one in opinion.reasons if one["kind"] == kind]


def test_a_source_picture_is_tied_to_what_was_made_from_it(case, settings):
    named = [{"algorithm": "md5", "value": PIXELS}]
    _, told = filled(
        case,
        settings,
        finding(OUTPUT, evidence.RECORD, size_agrees=True, init_image_hash=named),
        finding(SOURCE, evidence.PIXELS, md5=PIXELS, sha256="0" * 64),
    )
    (reason,) = said(told[OUTPUT], evidence.SOURCE_FOUND)
    assert SOURCE in reason["says"]
    assert (reason["rule"], reason["for"]) == ("source-found-whole", ["G1", "C3"])
    assert told[OUTPUT].state == "made_from_picture"
    assert not told[OUTPUT].settled
    (reason,) = said(told[SOURCE], evidence.SOURCE_OF)
    assert "in 1 picture" in reason["says"]
    assert (told[SOURCE].state, told[SOURCE].real_child) == ("inconclusive", True)


@pytest.mark.parametrize(
    ("named", "rule"),
    [
        (
            {"model_hashes": [{"dialect": "a1111_short", "value": MODEL[:10]}]},
            "model-file-found",
        ),
        ({"model_hashes": [{"dialect": "a1111_short", "value": OTHER[:10]}]}, ""),
        ({"model": "zz-own.safetensors"}, None),  # a name alone weighs nothing
    ],
)
def test_a_model_file_on_an_exhibit_is_told_and_settles_nothing(case, settings, named, rule):
    _, told = filled(
        case,
        settings,
        finding(OUTPUT, evidence.RECORD, size_agrees=True, **named),
        finding(MODEL, evidence.MODEL_FILE, format="safetensors"),
        Place(
            "zz", b"models/zz-own.safetensors", "", MODEL, b"models/zz-own.safetensors", None, ""
        ),
    )
    assert (told[OUTPUT].state, told[OUTPUT].settled) == ("inconclusive", False)
    rules = [one["rule"] for one in said(told[OUTPUT], evidence.MODEL_FOUND)]
    assert rules == ([] if rule == "" else [rule])
    naming = said(told[MODEL], evidence.NAMED_BY) if MODEL in told else []
    assert bool(naming) is (OTHER[:10] not in str(named))


def test_a_picture_counts_once_for_a_model_file_that_it_names_twice(case, settings):
    words = {evidence.SENSITIVE: {"add_ons": ["zz-own"]}}
    context, told = filled(
        case,
        settings,
        finding(OUTPUT, evidence.RECORD, **words),  # by name alone
        finding(OUTPUT, evidence.ADD_ON, hashes=[{"dialect": "autov3", "value": MODEL[:12]}]),
        finding(MODEL, evidence.MODEL_FILE, format="safetensors"),
        Place(
            "zz", b"models/zz-own.safetensors", "", MODEL, b"models/zz-own.safetensors", None, ""
        ),
    )
    (reason,) = said(told[MODEL], evidence.NAMED_BY)
    assert reason["says"] == "pictures of the case name this model file: 1 by short digest"
    assert context.models.naming[MODEL].pictures == [OUTPUT]


def test_a_camera_contradicts_record_and_model_file(case, settings):
    _, told = filled(
        case,
        settings,
        finding(
            OUTPUT,
            evidence.RECORD,
            model_hashes=[{"dialect": "a1111_short", "value": MODEL[:10]}],
        ),
        finding(OUTPUT, evidence.CAMERA),
        finding(MODEL, evidence.MODEL_FILE),
    )
    assert (told[OUTPUT].state, told[OUTPUT].settled) == ("conflicting", False)


def test_a_case_without_any_of_it_adds_nothing(case, settings):
    context, told = filled(case, settings, finding(OUTPUT, evidence.CAMERA))
    assert len(context.with_case(OUTPUT, [finding(OUTPUT, evidence.CAMERA)])) == 1
    assert told[OUTPUT].state == "inconclusive"


def test_encoder_and_neighbours_of_a_camera_are_told(case, settings):
    of = [digest("sha256", number) for number in range(20, 28)]
    records = []
    for number, sha in enumerate(of):
        structure = {
            "intact": True,
            "make": "zz",
            "model": "zz-model",
            "width": 640,
            "height": 480,
            "tables": "00" * 16 if number else "11" * 16,
            "sampling": "2x2",
            "markers": ["APP1", "DQT"],
            "thumbnail": [160, 120],
        }
        camera = {
            "make": "zz",
            "model": "zz-model",
            "serial": "4711",
            "shutter_count": 100 + number,
            "taken": f"2026-01-02T03:0{number}:00",
        }
        name = b"%d.jpg" % number
        records += [
            Item(sha, digest("sha1", number), digest("md5", number), 1, "image/jpeg"),
            Place("zz", name, "", sha, name, None, ""),
            Finding(sha, "camera", "1", evidence.STRUCTURE, "zz structure", data=structure),
            Finding(sha, "camera", "1", evidence.CAMERA, "zz camera", data=camera),
        ]
    _, told = filled(case, settings, *records)
    rules = [{reason["rule"] for reason in told[sha].reasons} for sha in of]
    assert "encoder-differs" in rules[0]
    assert all("encoder-agrees" in of_one for of_one in rules[1:])
    assert ["sequence-fits" in of_one for of_one in rules] == [False, *[True] * 6, False]


def test_a_source_file_is_told_by_its_digest_without_looking_at_pixels(case, settings):
    named = [{"algorithm": "sha256-file", "value": SOURCE}]
    _, told = filled(
        case,
        settings,
        finding(OUTPUT, evidence.RECORD, size_agrees=True, init_image_hash=named),
    )
    (reason,) = said(told[OUTPUT], evidence.SOURCE_FOUND)
    assert reason["rule"] == "source-found-file"
    assert said(told[SOURCE], evidence.SOURCE_OF)


def test_a_flood_of_equal_pictures_loses_no_source_and_costs_little(case, settings):
    named = [{"algorithm": "md5", "value": PIXELS}]
    outputs = [digest("sha256", number) for number in range(100, 400)]
    sources = [digest("sha256", number) for number in range(400, 700)]
    records = [finding(of, evidence.RECORD, init_image_hash=named) for of in outputs]
    pixels = {"md5": PIXELS, "sha256": "0" * 64}
    held = [Finding(of, "zz", "1", evidence.PIXELS, "zz", data=pixels) for of in sources]
    _, told = filled(case, settings, *records, *held)
    assert all("in 300 pictures" in said(told[of], evidence.SOURCE_OF)[0]["says"] for of in sources)
    assert all(len(said(told[of], evidence.SOURCE_FOUND)) == 8 for of in outputs)


def test_a_record_in_a_text_beside_pictures_says_nothing_of_itself(case, settings):
    beside = finding(OTHER, evidence.RECORD, size_agrees=None, side_car=True)
    _, told = filled(case, settings, beside)
    assert OTHER not in told
