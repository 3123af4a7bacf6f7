import threading

import pytest

from fanal.model.desk import AuditRecord, Who
from fanal.pipeline.audit_records import Doing
from fanal.pipeline.case import writing
from fanal.pipeline.used import Used, use_code, use_passkey, used

ANNA = Who("anna", "Anna", (), "s")
DOING = Doing("sign in", "with it")


@pytest.fixture
def store(case, settings):
    with writing(case, settings) as made:
        yield made


def test_a_step_of_time_counts_once_and_never_backwards(store):
    assert use_code(store, ANNA, 100, DOING)
    assert not use_code(store, ANNA, 100, DOING)
    assert not use_code(store, ANNA, 99, DOING)
    assert use_code(store, ANNA, 101, DOING)
    assert used(store, "anna") == Used(101)
    assert used(store, "berta") == Used()
    outcomes = [one.outcome for one in store.find(AuditRecord)]
    assert outcomes == ["done", "refused", "refused", "done"]


def test_of_many_who_show_one_code_at_once_one_is_let_in(store):
    taken = []
    threads = [
        threading.Thread(target=lambda: taken.append(use_code(store, ANNA, 7, DOING)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 5 + [True]


@pytest.mark.parametrize(
    ("least", "counts", "taken"),
    [
        (0, [0, 0, 0], [True, True, True]),  # keys that do not count (WebAuthn, 6.1.1)
        (5, [6, 6, 7, 6], [True, False, True, False]),
        (5, [5, 4, 0], [False, False, False]),
        (0, [1, 0], [True, False]),
    ],
)
def test_a_passkey_counts_upwards(store, least, counts, taken):
    assert [use_passkey(store, ANNA, ("k", least), n, DOING) for n in counts] == taken


def test_what_was_used_is_kept_of_each_key_and_of_codes_apart(store):
    use_passkey(store, ANNA, ("k", 0), 3, DOING)
    use_code(store, ANNA, 50, DOING)
    use_passkey(store, ANNA, ("l", 0), 9, DOING)
    assert used(store, "anna") == Used(50, (("k", 3), ("l", 9)))
