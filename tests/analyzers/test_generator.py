"""Every row of the table of generators' marks is recognised, told right, and nothing else is."""

import base64
import hashlib
import io
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from fanal.analyzers.generator import Generator
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.custody.spelling import canonical
from fanal.model.evidence import ADD_ON, BYTES, INPUT, RECORD, SENSITIVE, SIGNED, TAG
from fanal.model.finding import Finding, Seen
from fanal.model.item import MemoryBody
from makers import graphs, marks_rows_more, pictures
from makers.marking import Row, written
from makers.marks import BUILDERS, ROWS, forged, mark

WIDTH, HEIGHT = 160, 120
GREY = Image.new("RGB", (WIDTH, HEIGHT), (128, 128, 128))
WORDS = {graphs.PROMPT, graphs.NEGATIVE, graphs.INPUT_FILE, graphs.FACE_FILE}


def look(data: bytes, kind: str = "", analyzer: Generator | None = None) -> list[Finding]:
    """Return what is found, having checked what every answer must be."""
    content = Content("5a" * 32, kind or media_type(data[:4096]), MemoryBody(data))
    *findings, seen = list((analyzer or Generator()).analyze(content))
    assert isinstance(seen, Seen)
    assert seen.outcome == ("spoke" if findings else "silent"), seen
    for each in findings:
        assert each.says.isprintable()
        assert len(each.says) <= 200
        assert not [word for word in WORDS if word in each.says]
        shown = {name: value for name, value in each.data.items() if name != SENSITIVE}
        assert not [word for word in WORDS if word in canonical(shown)], each
        for stretch in each.data.get(BYTES, []):
            raw = data[stretch["offset"] : stretch["offset"] + stretch["length"]]
            assert hashlib.sha256(raw).hexdigest() == stretch["sha256"]
            assert len(raw) == stretch["length"] > 0
    return findings


def one(findings: list[Finding], kind: str) -> Finding:
    """Return the only finding of a kind."""
    (found,) = [each for each in findings if each.kind == kind]
    return found


def check(row: Row, findings: list[Finding]) -> None:
    """Assert that the findings say what the row wrote."""
    found = next(each for each in findings if each.kind == row.kind)
    name = {"digital source type": "value", "AI label": "label"}.get(row.kind, "tool")
    assert found.data[name] == row.tool
    words = found.data.get(SENSITIVE, {})
    told = {fact: {**found.data, **words}.get(fact) for fact in row.facts}
    assert told == dict(row.facts)
    assert not found.data.keys() & {"account", "paths", "user"}  # people, and their folders
    inputs = [(each.data["role"], each.data["derives"]) for each in findings if each.kind == INPUT]
    assert inputs == list(row.inputs)
    add_ons = [each.data for each in findings if each.kind == ADD_ON]
    assert [each[SENSITIVE]["name"] for each in add_ons] == list(row.add_ons)
    assert not any("name" in each for each in add_ons)
    if row.kind == RECORD:
        assert found.data["size_agrees"] is row.agrees
        assert len([each for each in findings if each.kind == RECORD]) == 1


@pytest.mark.parametrize("name", ROWS)
def test_every_row_is_recognised_and_told_right(name):
    check(BUILDERS[name](WIDTH, HEIGHT), look(mark(name, GREY)))


@pytest.mark.parametrize("name", [name for name in ROWS if "source type" not in name])
def test_a_mark_forged_onto_another_file_reads_the_same(name):
    row = BUILDERS[name](WIDTH, HEIGHT)
    check(row, look(forged(name)(pictures.jpeg(WIDTH, HEIGHT))))
    check(row, look(forged(name)(pictures.png(WIDTH, HEIGHT))))


@pytest.mark.parametrize("name", ["a1111 png", "comfyui", "grok", "tc260 segment"])
def test_a_forged_mark_leaves_the_pixels_alone(name):
    container = BUILDERS[name](WIDTH, HEIGHT).container
    before = getattr(pictures, container)(WIDTH, HEIGHT)
    after = forged(name)(before)
    assert pictures.opened(after).tobytes() == pictures.opened(before).tobytes()


@pytest.mark.parametrize("name", ["a1111 png", "comfyui", "swarmui jpeg, big end first"])
def test_a_record_of_another_size_is_told(name):
    other = written(BUILDERS[name](WIDTH + 8, HEIGHT), GREY)
    assert one(look(other), RECORD).data["size_agrees"] is False


def test_a_grid_of_pictures_agrees_with_the_size_of_one():
    row = marks_rows_more.ROWS["swarmui png"](WIDTH // 2, HEIGHT // 2)
    told = json.loads(row.texts["parameters"])
    told["sui_image_params"]["images"] = 4
    grid = Row("png", "SwarmUI", texts={"parameters": json.dumps(told)})
    assert one(look(written(grid, GREY)), RECORD).data["size_agrees"] is True


def test_prompts_are_kept_apart_from_what_is_shown():
    found = one(look(mark("comfyui in-painting", GREY)), RECORD)
    assert found.data[SENSITIVE]["prompt"] == graphs.PROMPT
    assert found.data[SENSITIVE]["negative"] == graphs.NEGATIVE
    assert found.data[SENSITIVE]["groups"] == ["zz-group"]
    picture = one(look(mark("comfyui in-painting", GREY)), INPUT)
    assert picture.data[SENSITIVE] == {"file": graphs.INPUT_FILE}


def test_the_editor_leaves_its_own_traces():
    told = one(look(mark("comfyui", GREY)), RECORD).data["editor"]
    assert told["offset"] == graphs.OFFSET
    assert told["scale"] == 1.14
    assert told["last_node_id"] == 9
    assert told["frontend"] == "1.34.9"
    assert told["packs"] == ["comfy-core 0.3.40"]
    assert told["workflow_id"] == "0b0f1d6e-5b1e-4b7b-9a86-0c2d1f5a7e11"


def test_one_work_flow_has_one_shape_whatever_its_numbers_and_values():
    first = one(look(mark("comfyui", GREY)), RECORD).data["graph_shape"]
    graph = graphs.text_to_picture(512, 512)
    graph["3"]["inputs"]["seed"] = 1
    renamed = json.dumps(graph).replace('"3"', '"777"')
    row = Row("png", "ComfyUI", texts={"prompt": renamed})
    assert one(look(written(row, GREY)), RECORD).data["graph_shape"] == first
    other = one(look(mark("comfyui add-on", GREY)), RECORD).data["graph_shape"]
    assert len(first) == 64
    assert other != first


@pytest.mark.parametrize(
    "data",
    [
        pictures.jpeg(WIDTH, HEIGHT),
        pictures.png(WIDTH, HEIGHT, 1, "RGBA"),
        pictures.webp(WIDTH, HEIGHT),
        pictures.gif(64, 48),
        pictures.tiff(64, 48),
        pictures.avif(64, 48),
        pictures.bmp(64, 48),
    ],
    ids=["jpeg", "png", "webp", "gif", "tiff", "avif", "bmp"],
)
def test_a_picture_without_marks_is_passed_over_in_silence(data):
    assert look(data) == []


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("parameters", "photo taken with a Nikon D750, steps up to the lighthouse"),
        ("Description", "We took 20 steps.\nSteps: 20 to the left"),
        ("Comment", "Created with GIMP"),
        ("Software", "Made by somebody with NovelAI"),
        ("Comment", '{"steps": 1}'),
        ("workflow", '{"name": "zz", "nodes": 3}'),
        ("prompt", '{"a": {"class_type": 1}, "b": 2}'),
        ("prompt", "[1, 2, 3]"),
        ("parameters", '{"seed": 1, "prompt": "zz"}'),
        ("Title", "Upscale: a story"),
        ("Dream", "I have a dream -s"),
        ("Author", "ai"),
        ("Description", f"Job ID: {marks_rows_more.UUID} was the number"),
    ],
)
def test_words_and_names_of_keys_alone_are_no_mark(key, text):
    assert look(written(Row("png", "", texts={key: text}), GREY)) == []


def test_a_camera_may_be_called_anything():
    tags = {"0": [marks_rows_more.parts.ascii_tag(0x010F, "Midjourney Camera Works")]}
    assert look(written(Row("jpeg", "", exif=tags), GREY)) == []


@pytest.mark.parametrize("graph", [graphs.text_to_picture(), graphs.editor(graphs.face_swap())])
def test_a_graph_in_a_file_of_its_own_is_read(graph):
    found = look(json.dumps(graph, indent=1).encode())
    told = one(found, RECORD)
    assert told.data["side_car"] is True
    assert told.data["size_agrees"] is None
    assert any("no picture" in doubt for doubt in told.doubts)


@pytest.mark.parametrize(
    "text", ['{"nodes": [], "links": []}', '{"class_type": "KSampler"}', "{", "zz", '"class_type"']
)
def test_other_texts_are_passed_over(text):
    assert look(text.encode(), "text/plain") == []


def test_what_is_no_picture_and_no_text_is_not_asked_for():
    assert not Generator.asks_for("video/mp4")
    assert look(b"\0\0\0\x18ftypisom" + bytes(40), "video/mp4") == []


KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()


def signed(picture: Image.Image, **more) -> dict:
    """Return the service's record, signed with a key of ours over pixels and record."""
    told = marks_rows_more.novelai(*picture.size, **more)
    message = picture.convert("RGB").tobytes() + json.dumps(told).encode()
    return {**told, "signed_hash": base64.b64encode(KEY.sign(message)).decode()}


def as_png(told: dict, picture: Image.Image) -> bytes:
    row = Row("png", "NovelAI", texts=marks_rows_more.novelai_texts(told))
    return written(row, picture)


def test_a_signature_over_these_pixels_holds():
    data = as_png(signed(GREY), GREY)
    found = one(look(data, analyzer=Generator(PUBLIC)), SIGNED)
    assert found.data["verified"] is True
    assert found.data["size_agrees"] is True
    assert found.doubts == ()


@pytest.mark.parametrize("request_type", ["", "Img2ImgRequest", "zz"])
def test_a_signed_record_that_rules_out_no_picture_says_so(request_type):
    data = as_png(signed(GREY, request_type=request_type), GREY)
    found = one(look(data, analyzer=Generator(PUBLIC)), SIGNED)
    assert (found.data["verified"], found.data["ingredients_unknown"]) == (True, True)
    plain = one(look(as_png(signed(GREY), GREY), analyzer=Generator(PUBLIC)), SIGNED)
    assert "ingredients_unknown" not in plain.data


def test_the_service_s_own_key_does_not_vouch_for_ours():
    found = one(look(as_png(signed(GREY), GREY)), SIGNED)
    assert found.data["verified"] is False
    assert found.doubts


def test_another_pixel_or_another_record_breaks_a_signature():
    told = signed(GREY)
    other = GREY.copy()
    other.putpixel((3, 3), (129, 128, 128))
    for data in (as_png(told, other), as_png({**told, "seed": 1}, GREY)):
        found = one(look(data, analyzer=Generator(PUBLIC)), SIGNED)
        assert found.data["verified"] is False


def test_a_signature_in_a_lossy_file_cannot_be_checked():
    row = marks_rows_more.ROWS["novelai webp"](WIDTH, HEIGHT)
    told = json.dumps(marks_rows_more.novelai_texts(signed(GREY)))
    raw = marks_rows_more.comment_of(told, "ascii")
    tags = {**row.exif, "exif": [marks_rows_more.parts.undefined_tag(0x9286, raw)]}
    found = one(
        look(written(Row("jpeg", "NovelAI", exif=tags), GREY), analyzer=Generator(PUBLIC)), SIGNED
    )
    assert found.data["verified"] == "not checkable"
    assert "losses" in found.data["why"]
    held = written(Row("webp", "NovelAI", exif=tags), GREY)
    assert one(look(held, analyzer=Generator(PUBLIC)), SIGNED).data["verified"] is True
    block = b"Exif\0\0" + marks_rows_more.parts.exif(tags)
    for kind in ("webp", "avif"):
        out = io.BytesIO()
        Image.effect_noise(GREY.size, 90).convert("RGB").save(out, kind, quality=80, exif=block)
        found = one(look(out.getvalue(), analyzer=Generator(PUBLIC)), SIGNED)
        assert found.data["verified"] == "not checkable", kind


def test_a_signature_is_checked_in_the_spelling_that_was_signed():
    told = marks_rows_more.novelai(WIDTH, HEIGHT)
    spelled = json.dumps(told, separators=(",", ":"), ensure_ascii=False)
    made = base64.b64encode(KEY.sign(GREY.tobytes() + spelled.encode())).decode()
    text = f'{spelled[:-1]},"signed_hash":"{made}"}}'
    texts = {**marks_rows_more.novelai_texts(told), "Comment": text}
    data = written(Row("png", "NovelAI", texts=texts, chunk="iTXt"), GREY)
    assert one(look(data, analyzer=Generator(PUBLIC)), SIGNED).data["verified"] is True


def test_a_tag_is_not_told_beside_the_record_of_the_same_program():
    kinds = {each.kind for each in look(mark("novelai png", GREY))}
    assert TAG not in kinds


def test_two_records_of_one_program_that_differ_are_both_told():
    first, second = (marks_rows_more.infotext(WIDTH, HEIGHT, f"Version: v1.{n}") for n in (8, 9))
    texts = {"parameters": first, "Comment": second.replace("Seed: 4711", "Seed: 4712")}
    records = [
        each for each in look(written(Row("png", "", texts=texts), GREY)) if each.kind == RECORD
    ]
    assert [each.data["seed"] for each in records] == [4711, 4712]
    assert all(any("another run" in doubt for doubt in each.doubts) for each in records)


def test_an_undecodable_picture_still_tells_its_record():
    data = mark("a1111 png", GREY)
    broken = data[: data.index(b"IDAT") - 4]
    content = Content("5a" * 32, "image/png", MemoryBody(broken))
    *findings, seen = list(Generator().analyze(content))
    assert findings[0].data["seed"] == graphs.SEED
    assert findings[0].data["size_agrees"] is None
    assert seen.outcome == "partly"


def test_pictures_open_after_being_marked():
    for name in ROWS:
        Image.open(io.BytesIO(mark(name, GREY))).load()
