"""Only people's words lead to a state, and to the last one only two people's."""

from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.model.decision import NO_REAL_PERSON, TREAT_AS_REAL, VICTIM_STATES, Decision
from fanal.review.decisions import START, TRANSITIONS, UNDECIDED, fold
from makers.deciding import event

OTHERS = [state for state in VICTIM_STATES if state != NO_REAL_PERSON]
NAMES, LOGINS = ("Anna", "Béla", "Cleo"), ("u", "v", "w")


def two(*more):
    """Return the words of two people that no real person was found, and what comes after."""
    return [event(1, "Anna", NO_REAL_PERSON), event(2, "Béla", NO_REAL_PERSON), *more]


def test_nobody_has_decided():
    assert fold([]) == UNDECIDED
    assert fold([]).victim_state == TREAT_AS_REAL == START == VICTIM_STATES[0]
    assert not fold([]).decided


@pytest.mark.parametrize("state", OTHERS)
def test_one_person_decides(state):
    standing = fold([event(1, "Anna", state)])
    assert (standing.victim_state, standing.decided, standing.by) == (state, True, ("Anna",))
    assert standing.says == f"Anna: {state.replace('_', ' ')}"


def test_one_person_alone_finds_nobody_absent():
    standing = fold([event(1, "Anna", NO_REAL_PERSON)])
    assert (standing.victim_state, standing.decided) == (TREAT_AS_REAL, False)
    assert standing.waits_for_second
    assert "waits for a second person" in standing.says


def test_what_held_before_holds_while_a_second_person_is_waited_for():
    standing = fold([event(1, "Anna", "identified"), event(2, "Anna", NO_REAL_PERSON)])
    assert (standing.victim_state, standing.waits_for_second) == ("identified", True)


def test_whoever_changes_a_word_is_held_to_the_new_one_where_another_disagrees():
    said = [event(1, "Anna", TREAT_AS_REAL), event(2, "Anna", NO_REAL_PERSON)]
    standing = fold([*said, event(3, "Béla", "identified")])
    assert (standing.victim_state, standing.contradicted) == ("identified", True)


def test_two_people_find_nobody():
    standing = fold(two())
    assert (standing.victim_state, standing.decided) == (NO_REAL_PERSON, True)
    assert standing.by == ("Anna", "Béla")


@pytest.mark.parametrize(
    "second",
    [
        event(2, "Béla", NO_REAL_PERSON, login="Anna"),
        event(2, "Béla", NO_REAL_PERSON, login=" ANNA\u200b"),
        event(2, "ANNA", NO_REAL_PERSON, login="other"),
        event(2, "A\u0301nna\u3164", NO_REAL_PERSON, login="other"),
        event(2, "Anna", NO_REAL_PERSON),
    ],
)
def test_one_login_or_one_name_is_one_person(second):
    standing = fold([event(1, "Anna", NO_REAL_PERSON), second])
    assert standing.victim_state == TREAT_AS_REAL
    assert standing.waits_for_second


def test_a_third_vote_that_ties_two_together_makes_one_person_of_them():
    votes = [
        event(1, "Anna", NO_REAL_PERSON, login="u"),
        event(2, "Béla", NO_REAL_PERSON, login="v"),
        event(3, "Anna", NO_REAL_PERSON, login="v"),
    ]
    assert fold(votes[:2]).victim_state == NO_REAL_PERSON
    assert fold(votes).victim_state == TREAT_AS_REAL


@pytest.mark.parametrize("state", OTHERS)
def test_a_word_against_it_is_enough(state):
    for third in (event(3, "Cleo", state), event(3, "Anna", state)):
        standing = fold(two(third))
        assert standing.contradicted
        assert not standing.decided
        assert standing.victim_state == state
        assert "people disagree" in standing.says
        assert all(name in standing.says for name in ("Anna", "Béla"))


@pytest.mark.parametrize("dressed", ["Cleo", "C\u200bleo"])
def test_another_login_replaces_nobodys_word(dressed):
    against = event(1, "Cleo", "known_unidentified", login="c")
    in_her_name = event(2, dressed, NO_REAL_PERSON, login="x")
    votes = [event(3, "Anna", NO_REAL_PERSON), event(4, "Béla", NO_REAL_PERSON)]
    standing = fold([against, in_her_name, *votes])
    assert (standing.victim_state, standing.contradicted) == ("known_unidentified", True)


def test_of_words_that_differ_the_one_that_keeps_a_child_in_view_most_holds():
    for one, other in product(VICTIM_STATES, repeat=2):
        standing = fold([event(1, "Anna", one), event(2, "Béla", other)])
        wanted = min(one, other, key=VICTIM_STATES.index)
        assert standing.victim_state == wanted
        assert standing.contradicted == (one != other)


def test_undo_and_undo_of_undo():
    back = event(3, "Cleo", undoes=2)
    assert fold(two(back)).waits_for_second
    assert "what Béla said was taken back by Cleo" in fold(two(back)).says
    again = event(4, "Béla", undoes=3)
    assert fold(two(back, again)).victim_state == NO_REAL_PERSON
    assert fold(two(back, again, event(5, "Dora", undoes=4))).waits_for_second


def test_nobody_else_restores_a_word_that_nobody_was_found():
    back, again = event(3, "Béla", undoes=2), event(4, "Anna", undoes=3)
    standing = fold(two(back, again))
    assert standing.waits_for_second
    assert standing.ignored == (
        "4: that Béla found no real person can be said again by nobody else",
    )
    others = [event(1, "Béla", "identified"), event(2, "Béla", undoes=1), event(3, "X", undoes=2)]
    assert fold(others).victim_state == "identified"


def test_a_word_taken_back_leaves_the_one_before():
    said = [event(1, "Anna", "identified"), event(2, "Anna", "likeness_of_real_child")]
    assert fold([*said, event(3, "Anna", undoes=2)]).victim_state == "identified"


@pytest.mark.parametrize(
    ("last", "why"),
    [
        (event(3, "Anna", undoes=3), "cannot take back itself"),
        (event(3, "Anna", undoes=9), "there is no event 9"),
        (event(1, "Anna", "identified"), "of this id is there already"),
        (event(3, "Anna", "identified", undoes=1), "either decides or takes back"),
        (event(3, "Anna\x1b", undoes="\x1b" * 10_000), "\\u001b"),
        (event(3, "", NO_REAL_PERSON, login="w"), "needs a name, a login and a reason"),
        (event(3, "Cleo", NO_REAL_PERSON, login=" "), "needs a name, a login and a reason"),
        (Decision("3", "zz", "C", "c", "", NO_REAL_PERSON, " "), "needs a name, a login and a re"),
    ],
)
def test_what_makes_no_sense_is_ignored_with_a_sentence(last, why):
    standing = fold(two(last))
    assert standing.victim_state == NO_REAL_PERSON
    (told,) = standing.ignored
    assert why in told
    assert told.isprintable()
    assert len(told) < 500


def test_what_was_taken_back_is_not_taken_back_twice():
    events = two(event(3, "Cleo", undoes=1), event(4, "Dora", undoes=1))
    assert fold(events).ignored == ("4: event 1 is taken back already",)


def test_two_events_that_take_each_other_back_are_no_cycle():
    standing = fold([event(1, "Anna", undoes=2), event(2, "Béla", undoes=1)])
    assert (standing.victim_state, len(standing.ignored)) == (TREAT_AS_REAL, 2)


def test_a_state_that_nobody_knows_hides_nothing():
    standing = fold(two(event(3, "Cleo", "zz-closed")))
    assert (standing.victim_state, standing.contradicted) == (TREAT_AS_REAL, True)
    assert standing.ignored == ("3: zz-closed is no state: read as treat as real",)


def test_names_that_act_are_spelled_out():
    standing = fold([event(1, "\x1b[2J\u202e" + "x" * 10_000, "identified")])
    assert standing.says.isprintable()
    assert len(standing.says) < 200


def test_a_long_chain_of_undoing_takes_no_recursion_and_no_time():
    events = [event(0, "Anna", "identified")]
    events += [event(n, "Anna", undoes=n - 1) for n in range(1, 601)]
    assert fold(events).victim_state == "identified"
    assert fold(events[:-1]).victim_state == TREAT_AS_REAL


people = st.tuples(st.sampled_from(NAMES), st.sampled_from(LOGINS))
states = st.sampled_from([*OTHERS, *[NO_REAL_PERSON] * 5])


@st.composite
def histories(draw, who=people):
    """Any history: words of people, and events that take back any other one, known or not."""
    events = []
    for number in range(draw(st.integers(0, 12))):
        name, login = draw(who)
        if number and draw(st.booleans()) and draw(st.booleans()):
            undone = draw(st.integers(0, number + 1))
            events.append(event(number, name, login=login, undoes=undone))
        else:
            events.append(event(number, name, draw(states), login=login))
    return events


def standing_words(events):
    """Return the last words that stand, found the slow way: what was undone, last event first."""
    known, gone = {}, set()
    for one in events:  # which undoing counted at its time
        if one.undoes:
            root, steps = one, 0
            while root.undoes in known:
                root, steps = known[root.undoes], steps + 1
            mine = (root.by, root.account) == (one.by, one.account)
            if one.undoes not in known or one.undoes in gone:
                continue
            if root.victim_state == NO_REAL_PERSON and not steps % 2 and not mine:
                continue
        known[one.id] = one
        gone = set()
        for later in reversed(known.values()):
            if later.undoes and later.id not in gone:
                gone.add(later.undoes)
    last = {}
    for one in known.values():
        if not one.undoes and one.id not in gone:
            last[one.by, one.account] = one.victim_state
    return last


@settings(max_examples=300)
@given(histories())
def test_nobody_is_found_only_by_two_whom_nobody_contradicts(events):
    standing, words = fold(events), standing_words(events)
    votes = [who for who, state in words.items() if state == NO_REAL_PERSON]
    if standing.victim_state == NO_REAL_PERSON:
        assert set(words.values()) == {NO_REAL_PERSON}
        assert any(a[0] != b[0] and a[1] != b[1] for a in votes for b in votes)
    said = [state for state in words.values() if state != NO_REAL_PERSON]
    if said:
        assert standing.victim_state == min(said, key=VICTIM_STATES.index)
    assert standing.contradicted == (len(set(words.values())) > 1)
    assert standing.waits_for_second == (
        set(words.values()) == {NO_REAL_PERSON} and standing.victim_state != NO_REAL_PERSON
    )
    decided = not standing.contradicted and not standing.waits_for_second
    assert standing.decided == (bool(words) and decided)
    assert standing.says.isprintable()


@given(histories(st.tuples(st.sampled_from(NAMES), st.just("u"))))
def test_no_single_login_ever_finds_nobody(events):
    assert fold(events).victim_state != NO_REAL_PERSON


@given(histories(st.tuples(st.just("Anna"), st.sampled_from(LOGINS))))
def test_no_single_name_ever_finds_nobody(events):
    assert fold(events).victim_state != NO_REAL_PERSON


@given(histories())
def test_taking_everything_back_gives_the_beginning(events):
    undone = fold(events).undone
    left = [one for one in events if one.id not in undone and not one.undoes]
    back = [event(f"b{n}", "Zoë", undoes=one.id) for n, one in enumerate(left)]
    standing = fold([*events, *back])
    assert (standing.victim_state, standing.decided) == (TREAT_AS_REAL, False)
    assert not standing.waits_for_second
    assert not standing.contradicted


@given(histories(), st.data())
def test_only_the_order_of_one_persons_words_matters(events, data):
    words = [one for one in events if not one.undoes]
    mixed = data.draw(st.permutations(words))
    by_person: dict[tuple[str, str], list[Decision]] = {}
    for one in words:
        by_person.setdefault((one.by, one.account), []).append(one)
    turns = {who: iter(of) for who, of in by_person.items()}
    reordered = [next(turns[one.by, one.account]) for one in mixed]
    first, second = fold(words), fold(reordered)
    assert first.victim_state == second.victim_state
    assert first.contradicted == second.contradicted
    assert first.waits_for_second == second.waits_for_second


def test_the_table_of_transitions_is_walked():
    """Every state is in the table, and the walk over all short histories reaches no other."""
    assert list(TRANSITIONS) == list(VICTIM_STATES)
    assert [s for s, needs in TRANSITIONS.items() if needs.people > 1] == [NO_REAL_PERSON]
    assert TRANSITIONS[NO_REAL_PERSON].unopposed
    who = [("Anna", "u"), ("Béla", "v"), ("Béla", "u"), ("Anna", "v")]
    for length in (1, 2, 3):
        for people_ in product(who, repeat=length):
            for said in product((TREAT_AS_REAL, "identified", NO_REAL_PERSON), repeat=length):
                events = [
                    event(n, name, state, login=login)
                    for n, ((name, login), state) in enumerate(zip(people_, said, strict=True))
                ]
                if fold(events).victim_state == NO_REAL_PERSON:
                    last = {(one.by, one.account): one.victim_state for one in events}
                    assert set(last.values()) == {NO_REAL_PERSON}
                    pairs = permutations(last, 2)
                    assert any(a[0] != b[0] and a[1] != b[1] for a, b in pairs)
