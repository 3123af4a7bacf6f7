import io

import numpy as np
import pytest
from PIL import Image

from fanal.model.desk import AuditRecord
from fanal.model.finding import Picture
from fanal.model.item import Item, Place
from fanal.pipeline.numbers import Numbers
from makers.desk import client, desk_on


@pytest.fixture
def desk(own):
    with desk_on(own) as made:
        yield made


def shown_ones(desk):
    """Return contents that no list settles and that lie in a plain file."""
    from fanal.pipeline.told_item import settled_by_list

    plain = {p.sha256 for p in desk.store.find(Place) if not p.inside}
    every = [p.sha256 for p in desk.store.find(Picture) if p.sha256 in plain and p.frames == 1]
    settled = settled_by_list(desk.store, every)
    return [sha256 for sha256 in every if sha256 not in settled]


@pytest.mark.parametrize(("level", "mode", "side"), [(2, "L", 256), (3, "L", 256), (4, "L", 1600), (5, "RGB", 1600)])
def test_a_picture_is_shown_at_its_level(desk, level, mode, side):
    sha256 = shown_ones(desk)[0]
    item = Numbers(desk.store).of(sha256)
    answer = client(desk, "zz-a").post("/reveal", {"item": item, "level": level, "purpose": "decide"})
    assert answer.status == 200, answer.text
    image = Image.open(io.BytesIO(answer.body))
    assert (image.format, image.mode) == ("JPEG", mode)
    assert max(image.size) <= side
    assert answer.headers["x-level"] == str(level)
    (record,) = desk.store.find(AuditRecord, id=answer.headers["x-reveal"])
    assert (record.login, record.sha256, record.level) == ("zz-a", sha256, level)
