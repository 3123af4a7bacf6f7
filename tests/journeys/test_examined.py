"""A detector, traces and digests of pixels look on request, all together in guarded workers."""

import pytest

from fanal.model.finding import Finding
from fanal.pipeline.examine import Wanted, With, examine
from fanal.pipeline.progress import Silent
from makers import plugins
from makers.archives import zip_of
from makers.evidence import done, fill, found, thumb
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
