"""The cost of the queue is measured on records that were made up."""

from makers.program import called


def test_a_small_queue_is_measured(capsys):
    assert called("bench", "queue", "--", "--contents", "400", "--rounds", "1") == 0
    told = capsys.readouterr().out
    assert "400 contents" in told
    for what in ("the whole queue anew", "one content decided", "a series decided"):
        assert what in told
