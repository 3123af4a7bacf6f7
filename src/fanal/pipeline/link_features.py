"""Links pictures that have local points in common, where these were asked for."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from fanal.content.keypoints import Points, Unreadable, unpack
from fanal.matching import NearIndex, build_near
from fanal.model.evidence import FEATURES, POINTS
from fanal.model.series import Link
from fanal.pipeline.link_facts import data_of
from fanal.series.alike import RADIUS, all_codes, links
from fanal.stores.interface import CaseStore


def features_of(store: CaseStore) -> Iterator[Link]:
    """Yield the links of the pictures that have local points; the index lives as long as that."""
    told = list(_points(store))
    if len(told) < 2:
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "near"
        build_near(all_codes(points for _, points in told), folder, RADIUS)
        yield from links(told, NearIndex.open(folder).query)


def _points(store: CaseStore) -> Iterator[tuple[str, Points]]:
    """Yield each content that has points, and these; what cannot be read has none."""
    last = ""
    for sha256, _, data in data_of(store, FEATURES):
        try:
            points = unpack(str(data.get(POINTS, "")))
        except Unreadable:
            continue
        if sha256 != last and len(points):
            yield sha256, points
            last = sha256
