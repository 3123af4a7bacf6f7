from fanal.model import evidence
from fanal.model.finding import Finding
from fanal.pipeline.cameras import Cameras
from fanal.pipeline.case import writing
from makers.cases import digest


def test_a_case_without_cameras_tells_nothing(case, settings):
    with writing(case, settings) as store:
        cameras = Cameras.of(store)
    structure = {"make": "zz", "model": "zz", "width": 1, "height": 1, "intact": True}
    alone = Finding(digest("sha256", 1), "camera", "1", evidence.STRUCTURE, "zz", data=structure)
    assert list(cameras.told(alone.sha256, [alone])) == []
