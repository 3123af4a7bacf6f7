"""Looks on request, all together in guarded workers; a source picture is found by its pixels."""

import hashlib
import io

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from fanal.model.finding import Finding, Seen
from fanal.pipeline.case import reading
from fanal.pipeline.examine import Wanted, With, examine
from fanal.pipeline.made_from import ties_of
from fanal.pipeline.progress import Silent
from makers import plugins
from makers.archives import zip_of
from makers.evidence import done, fill, found, sha256, thumb
from makers.traced import cropped, opened, plain, saved

CUT = saved(cropped(opened(saved(plain(1), 80)), 3, 5), 95)
FILES = {b"a.jpg": CUT, b"box.zip": zip_of([(b"b.jpg", thumb(1))]), b"n.txt": b"zz-test-0001"}


def test_what_a_laboratory_brings_looks_beside_our_own(case, settings, tmp_path):
    pytest.importorskip("onnxruntime")
    settings = settings.changed({"engine": "pool", "workers": 2})
    done(case, settings, fill(tmp_path / "desk", FILES))
    asking = With(("pixels", "traces"), (str(plugins.plugin(tmp_path / "plugin")),))
    told = examine(case, settings, asking, Wanted(everything=True), Silent())
    assert (told.wanted, told.looked, told.left, told.absent) == (4, 4, 0, {})
    assert list(told.outcomes)[:2] == ["pixels", "traces"]
    assert len(told.outcomes) == 3
    assert not any("failed" in outcomes for outcomes in told.outcomes.values())
    assert all(sum(outcomes.values()) == 4 for outcomes in told.outcomes.values())
    (trace,) = found(case, Finding, analyzer="traces")
    assert "below its own grid" in trace.says
    assert examine(case, settings, asking, Wanted(everything=True), Silent()).looked == 0


def generated(hashed: str) -> bytes:
    """A picture with what AUTOMATIC1111 writes of an output that was made from another picture."""
    told = (
        "zz-test-0001\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x384,"
        f" Model: zz, Denoising strength: 0.5, Init image hash: {hashed}, Version: v1.10.1"
    )
    info, out = PngInfo(), io.BytesIO()
    info.add_text("parameters", told)
    Image.fromarray(plain(2)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def test_the_photograph_behind_a_generated_picture_is_found(case, settings, tmp_path):
    photograph = saved(plain(5), 90)
    as_the_editor_hands_it_over = Image.fromarray(opened(photograph)).convert("RGBA")
    output = generated(hashlib.md5(as_the_editor_hands_it_over.tobytes()).hexdigest())
    done(case, settings, fill(tmp_path / "phone", {b"DCIM/1.jpg": photograph, b"2.jpg": thumb(1)}))
    assert found(case, Seen, analyzer="pixels") == []
    done(case, settings, fill(tmp_path / "desk", {b"o.png": output}))
    with reading(case) as store:
        assert ties_of(store).sources == {
            sha256(output): [(sha256(photograph), "32 hex MD5 equal")]
        }
