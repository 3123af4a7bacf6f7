from fanal.model.finding import Seen
from fanal.model.item import Item
from fanal.model.known import Match
from fanal.model.opinion import Opinion
from fanal.pipeline.case import writing
from fanal.pipeline.report_origin import COLUMNS, crossed
from makers.cases import digest


def test_origin_is_counted_against_what_lists_know(case, settings):
    of = [digest("sha256", number) for number in range(5)]
    kinds = ["image/png"] * 4 + ["video/mp4"]
    with writing(case, settings) as store:
        with store.act("zz", "intake") as act:
            act.put(
                Item(sha, digest("sha1", n), digest("md5", n), 1, kind)
                for n, (sha, kind) in enumerate(zip(of, kinds, strict=True))
            )
            act.put([Seen(of[3], "generator", "1", "silent")])
            act.put(Opinion(sha, "camera", "moderate", False, True) for sha in of[:2])  # noqa: FBT003
            act.put([Opinion(of[4], "generator", "strong", True, False)])  # noqa: FBT003
            act.put([Match(of[0], "zz", "illegal", "md5", 0, 0, None)])
            act.put([Match(of[0], "zz2", "harmless", "md5", 0, 0, None)])
            act.put([Match(of[1], "zz", "illegal", "pdq", 3, 0, None)])
        told = crossed(store)
    rows = {
        row.state: (row.pictures, dict(zip(COLUMNS, row.known, strict=True))) for row in told.rows
    }
    none = dict.fromkeys(COLUMNS, 0)
    assert rows == {
        "not_assessed": (1, none | {"on no list": 1}),
        "inconclusive": (1, none | {"on no list": 1}),
        "camera": (2, none | {"illegal": 1, "harmless": 1, "near only": 1}),
    }
    assert told.settled == 0
