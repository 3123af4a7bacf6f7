"""Building beside decisions rests now and then; building that is waited for does not."""

import threading

from fanal.prevention.words import pace


def test_only_a_thread_beside_the_main_one_rests(monkeypatch):
    rests = []
    monkeypatch.setattr(pace.time, "sleep", rests.append)
    pace.breathe(0)
    assert rests == []
    thread = threading.Thread(target=lambda: [pace.breathe(row) for row in range(200)])
    thread.start()
    thread.join()
    assert len(rests) == 3
