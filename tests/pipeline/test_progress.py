"""Progress is silent unless somebody listens."""

from fanal.pipeline.progress import Silent


def test_silence_says_nothing(capfd):
    silent = Silent()
    silent.step("reading evidence")
    silent.advance(1, 2)
    assert capfd.readouterr() == ("", "")
