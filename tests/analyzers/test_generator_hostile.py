"""Files that want to hurt who reads them: too long, too deep, too many, or bent to a page."""

import json
import time
import zlib

import pytest
from PIL import Image

from fanal.analyzers.generator import IN_PART, Generator
from fanal.analyzers.marks.findings import MOST_DATA, MOST_ROWS, agrees, drafts
from fanal.analyzers.marks.recognise import MOST_TEXTS, recognise
from fanal.analyzers.marks.values import Value
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.custody.spelling import canonical
from fanal.model.evidence import ADD_ON, INPUT, RECORD, SENSITIVE
from fanal.model.item import Digests, MemoryBody, StreamedBody
from fanal.pipeline.sound import believed
from fanal.pipeline.work import LookTask
from makers import graphs, parts
from makers.marking import Row, written
from makers.marks import BUILDERS, mark
from makers.marks_rows import infotext

SHA = "5a" * 32
GREY = Image.new("RGB", (64, 64), (128, 128, 128))


def look(data: bytes):
    """Return findings and Seen, having checked what a parent would check of them, and the time."""
    kind = media_type(data[:4096])
    begin = time.process_time()
    records = tuple(Generator().analyze(Content(SHA, kind, MemoryBody(data))))
    assert time.process_time() - begin < 5
    task = LookTask(SHA, kind, MemoryBody(data), "", ("generator",))
    assert believed(task, records, {"generator": Generator.version}) == records
    *findings, seen = records
    assert len({(each.kind, each.says) for each in findings}) == len(findings)
    assert sum(len(canonical(each.data)) for each in findings) <= MOST_DATA
    for each in findings:
        assert each.says.isprintable()
        assert len(each.says) <= 200
        assert all(len(doubt) <= 200 and doubt.isprintable() for doubt in each.doubts)
    return findings, seen


def png(**texts: str) -> bytes:
    return written(Row("png", "", texts=texts, chunk="iTXt"), GREY)


def test_a_prompt_of_megabytes_is_cut_and_its_digest_kept():
    findings, seen = look(png(parameters=infotext(64, 64, prompt="zz, " * 700_000)))
    told = findings[0].data[SENSITIVE]["prompt"]
    assert told["cut"] is True
    assert told["length"] > 2_000_000
    assert seen.outcome == "spoke"


def test_a_text_too_long_to_be_kept_is_named():
    findings, seen = look(png(parameters=infotext(64, 64, prompt="zz, " * 1_200_000)))
    assert findings == []
    assert (seen.outcome, seen.reason) == ("partly", IN_PART)


def test_a_compressed_bomb_is_not_blown_up():
    packed = zlib.compress(bytes(64 << 20), 1)
    chunk = parts.chunk(b"zTXt", b"parameters\0\0" + packed)
    data = written(Row("png", ""), GREY)
    findings, seen = look(data[:33] + chunk + data[33:])
    assert findings == []
    assert seen.outcome == "partly"


@pytest.mark.parametrize(
    "text",
    [
        '{"a":' * 50_000 + "1" + "}" * 50_000,
        "[" * 500_000,
        '{"prompt": ' + "[" * 900 + "]" * 900 + ', "workflow": {}}',
        '{"nodes": ' + "[" * 900 + "]" * 900 + ', "links": []}',
    ],
)
def test_deep_json_ends(text):
    findings, seen = look(png(workflow=text))
    assert findings == []
    assert seen.outcome in {"silent", "partly"}


def test_names_that_stand_twice_are_doubted():
    text = json.dumps(graphs.text_to_picture()).replace('"seed": 4711', '"seed": 4711, "seed": 1')
    findings, _ = look(png(prompt=text))
    assert findings[0].data["seed"] == 1
    assert any("twice" in doubt for doubt in findings[0].doubts)


def test_a_circular_and_a_wide_graph_end():
    graph = {
        str(n): {"class_type": "KSampler", "inputs": {"latent_image": [str((n + 1) % 9000), 0]}}
        for n in range(9000)
    }
    graph["out"] = {"class_type": "SaveImage", "inputs": {"images": ["0", 0]}}
    findings, _ = look(png(prompt=json.dumps(graph)))
    assert findings[0].data["samplers"] == 9000


def test_a_thousand_inputs_are_counted_and_some_told():
    graph = graphs.composite()
    previous = "70"
    for number in range(1000, 2000):
        graph[str(number)] = {"class_type": "LoadImage", "inputs": {"image": f"zz-{number}.png"}}
        pasted = {"destination": [previous, 0], "source": [str(number), 0]}
        previous = f"{number}p"
        graph[previous] = {"class_type": "ImageCompositeMasked", "inputs": pasted}
    graph["9"]["inputs"]["images"] = [previous, 0]
    findings, _ = look(png(prompt=json.dumps(graph)))
    assert len([each for each in findings if each.kind == INPUT]) == MOST_ROWS
    assert any("1001 pictures go in" in doubt for doubt in findings[0].doubts)


def test_a_thousand_add_ons_are_bounded():
    prompt = "".join(f"<lora:zz-{number}:1>" for number in range(1000))
    findings, _ = look(png(parameters=infotext(64, 64, prompt=prompt)))
    assert len([each for each in findings if each.kind == ADD_ON]) == MOST_ROWS


def test_words_of_many_records_stay_within_the_budget():
    texts = {
        f"key {number}": infotext(64, 64, f"Version: v1.{number}", prompt="灯" * 9000).replace(
            "Seed: 4711", f"Seed: {number}"
        )
        for number in range(20)
    }
    findings, seen = look(png(**texts))
    assert len([each for each in findings if each.kind == RECORD]) > 5
    assert any("too many to be kept" in doubt for each in findings for doubt in each.doubts)
    assert seen.outcome == "partly"


def test_more_texts_than_are_looked_at_is_said():
    values = [Value("zz zz", "PNG text", str(number)) for number in range(MOST_TEXTS + 9)]
    assert recognise(values).problems == []
    bent = [Value(json.dumps({"Comment": "zz zz", "Title": "zz zz"}), "PNG text", "Comment")]
    assert recognise(bent * MOST_TEXTS).problems


@pytest.mark.parametrize(
    "text",
    [
        "</script><script>alert(1)</script>",
        "\u202ezz\u2066\x1b[31m",
        "zz\r\nSet-Cookie: zz",
        "' OR 1=1 --",
        "{{ 7*7 }}",
        "\ud800",
        "zz\0zz",
    ],
)
def test_names_bent_to_break_a_page_are_one_printable_line(text):
    graph = graphs.add_on()
    graph["80"]["inputs"]["lora_name"] = f"{text}.safetensors"
    graph["4"]["inputs"]["ckpt_name"] = f"{text}.ckpt"
    graph["9"]["_meta"]["title"] = text
    findings, _ = look(png(prompt=json.dumps(graph)))
    for each in findings:
        shown = {name: value for name, value in each.data.items() if name != SENSITIVE}
        for piece in strings(shown):
            assert piece.isprintable(), piece
        canonical(each.data).encode()


def strings(value):
    """Yield every text in a plain value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


@pytest.mark.parametrize(
    "name", ["comfyui", "a1111 png", "novelai png", "tc260 xmp", "swarmui png"]
)
@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_a_file_cut_off_says_what_it_still_can(name, cut):
    data = mark(name, GREY)
    look(data[: int(len(data) * cut)])


def test_a_record_whose_file_cannot_be_held_is_named():
    body = StreamedBody(Digests(SHA, "", "", 1 << 40, b"zz"))
    (seen,) = Generator().analyze(Content(SHA, "image/png", body))
    assert (seen.outcome, seen.reason) == ("failed", "limit: memory")
    (seen,) = Generator().analyze(Content(SHA, "text/plain", body))
    assert seen.outcome == "silent"


def test_a_graph_too_large_to_be_read_is_named_and_another_large_text_is_not():
    large = b'{"last_node_id": 1, "nodes": [' + b" " * (9 << 20) + b"]}"
    (seen,) = Generator().analyze(Content(SHA, "text/plain", MemoryBody(large)))
    assert (seen.outcome, seen.reason) == ("partly", IN_PART)
    other = b'{"zz": [' + b" " * (9 << 20) + b"]}"
    (seen,) = Generator().analyze(Content(SHA, "text/plain", MemoryBody(other)))
    assert seen.outcome == "silent"


@pytest.mark.parametrize(
    ("facts", "size", "told"),
    [
        ({"size": [64, 64]}, (64, 64), True),
        ({"size": [64, 64]}, (64, 65), False),
        ({"size": [64, 64], "scale": 1.5}, (96, 96), True),
        ({"size": [63, 64], "scale": 1.5}, (96, 96), True),
        ({"size": [64, 64], "scale": 2}, (64, 64), False),
        ({"size": [64, 64], "tiles": 4}, (128, 128), True),
        ({"size": [64, 64], "tiles": 3}, (192, 64), True),
        ({"size": [64, 64], "tiles": 3}, (128, 128), True),
        ({"size": [64, 64], "tiles": 3}, (640, 640), False),
        ({}, (64, 64), None),
        ({"size": [64, 64]}, None, None),
    ],
)
def test_sizes_agree_by_rule(facts, size, told):
    assert agrees(facts, size) is told


def test_findings_of_nothing_are_none():
    content = Content(SHA, "image/png", MemoryBody(b""))
    assert drafts(content, recognise([]), [], None) == []


def test_every_row_survives_another_container_around_it():
    for name in ("grok", "swarmui jpeg, big end first", "mflux"):
        row = BUILDERS[name](64, 64)
        for container in ("png", "jpeg", "webp"):
            moved = Row(container, row.tool, row.kind, exif=row.exif, end=row.end)
            findings, _ = look(written(moved, GREY))
            assert findings, (name, container)
