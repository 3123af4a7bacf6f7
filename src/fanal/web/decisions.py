"""Records what people decide at the desk: each wish once, by the one function that decides."""

import re
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from starlette.responses import RedirectResponse, Response

from fanal.model.decision import VICTIM_STATES, Decision
from fanal.model.series import Member
from fanal.pipeline import claims, decide
from fanal.pipeline.audit_records import REFUSED, Doing, audit_record
from fanal.pipeline.decide import Decided, Wanted
from fanal.pipeline.decided import standings
from fanal.pipeline.queued import Queue
from fanal.pipeline.said import Said
from fanal.review.decisions import TRANSITIONS, spoken
from fanal.review.permits import SUPERVISOR
from fanal.stores.interface import CaseStore
from fanal.web.asked import Asked, Refused, Way, as_json
from fanal.web.desk import Desk
from fanal.web.numbers import item_of, numbers
from fanal.web.queue_rows import cut
from fanal.web.refusals import Refusals
from fanal.web.views import unwanted, views

MOST_ITEMS = 5_000
"""Items that one request names."""
MOST_NEAR = 50
"""Near copies that an answer names."""
KEPT = 50
LOOKED = "decided at the desk"
"""The reason of a decision that one person makes alone and gives no other words for."""
BACK = "taken back at the desk"
_PAGES = re.compile(r"/(item|series)/[0-9a-zA-Z-]{1,80}\Z")
WORDS = {
    "treat_as_real": "Real, stays open",
    "known_unidentified": "Known, not identified",
    "likeness_of_real_child": "Likeness of a real child",
    "made_from_real_photo": "Made from a real photograph",
    "identified": "Identified",
}


def states() -> list[dict[str, str]]:
    """Return what can be decided, as codes and words, in the order of the keys."""
    return [{"code": code, "says": words(code)} for code in VICTIM_STATES]


def words(code: str) -> str:
    """Return a state in words."""
    return WORDS.get(code, spoken(code).capitalize())


class Recent:
    """What people did lately at this desk, so that they can take it back from another page."""

    def __init__(self, desk: Desk) -> None:  # noqa: ARG002 (a part of the desk)
        """Begin without any."""
        self._lock = threading.Lock()
        self._of: dict[str, deque[dict[str, Any]]] = {}

    def add(self, login: str, told: dict[str, Any]) -> None:
        """Keep what somebody did; what was told twice once."""
        with self._lock:
            own = self._of.setdefault(login, deque(maxlen=KEPT))
            if all(one["id"] != told["id"] for one in own):
                own.append(told)

    def gone(self, id_: str) -> None:
        """Forget what was taken back."""
        with self._lock:
            for login, own in self._of.items():
                left = [one for one in own if one["id"] != id_]
                self._of[login] = deque(left, maxlen=KEPT)

    def of(self, login: str) -> list[dict[str, Any]]:
        """Return what a person did, the last one last."""
        with self._lock:
            return list(self._of.get(login, ()))


def decided(asked: Asked) -> Response:
    """Record a decision on items or on a series; told again, it gives the first answer."""
    token, state = token_of(asked), asked.text("state", 60)
    reason = refuse_wordless(asked, state)
    done = settled(asked, _wanted(asked, token), state, reason)
    return _answered(asked, _answer(asked, done, words(state)))


def refuse_wordless(asked: Asked, state: str) -> str:
    """Return the reason; refuse a state that there is not, or one that needs words and has none."""
    if state not in TRANSITIONS:
        raise Refused(400, "there is no such state")
    reason = asked.text("reason").strip()
    return reason or (LOOKED if TRANSITIONS[state].people == 1 else "")


def settled(
    asked: Asked, wanted: Wanted, state: str, reason: str, more: Mapping[str, str] | None = None
) -> Decided:
    """Record a decision of whoever is signed in, with its line of the log."""
    told_more = {"reason": reason, **(more or {})}
    also = _also(asked, "decide", (state, ""), wanted, told_more)
    try:
        done = decide.decide(asked.desk.store, wanted, state, _said(asked, reason), also)
    except claims.HeldError as held:
        refused = Doing("decide", held.message, held.sha256, outcome=REFUSED)
        asked.desk.of(Refusals).enter(asked.who, refused)
        raise Refused(409, held.message, held.advice, holder=cut(held.holder)) from held
    items = [asked.desk.of(numbers).of(one) for one in done.contents[:MOST_NEAR]]
    told = {"id": done.id, "says": words(state), "items": items}
    asked.desk.of(Recent).add(asked.who.login, told)
    return done


def decided_before(asked: Asked, token: str) -> str:
    """Return the id of what a token of this person led to; "" where it led to nothing."""
    return decide.seen(asked.desk.store, asked.who.login, token)


def near_to(asked: Asked, sha256: str) -> list[str]:
    """Return the near copies of a content, nearest links first."""
    return [one.sha256 for one in decide.near_copies(asked.desk.store, [sha256])]


def unfit(asked: Asked, state: str) -> Callable[[Sequence[str]], Mapping[str, str]]:
    """Return what tells on which contents this person cannot say so."""
    said = _said(asked, LOOKED)
    return lambda contents: decide.unfit(asked.desk.store, contents, state, said)


def undone(asked: Asked) -> Response:
    """Record that an event is taken back, one's own or, by a supervisor, anybody's."""
    return _take_back(asked, "undo", "Taken back")


def redone(asked: Asked) -> Response:
    """Record that a taking back is taken back itself."""
    return _take_back(asked, "redo", "Done again")


def _take_back(asked: Asked, action: str, says: str) -> Response:
    store, id_ = asked.desk.store, asked.text("id", 80)
    _refuse_others(asked, id_)
    said = _said(asked, asked.text("reason").strip() or BACK)
    also = _also(asked, action, ("", id_), Wanted(), {"reason": said.reason})
    done = decide.undo(store, id_, said, token_of(asked), also=also)
    asked.desk.of(Recent).gone(id_)
    return _answered(asked, _answer(asked, done, says))


def _refuse_others(asked: Asked, id_: str) -> None:
    """Refuse to take back what somebody else said, unless by a supervisor who is no party to it.

    Where two disagree, neither of them ends it: a third person is asked.
    """
    store, login = asked.desk.store, asked.who.login
    rows = list(store.columns(Decision, "account", "sha256", id=id_))
    if not rows:
        raise Refused(404, "there is no such event in this case")
    if {account for account, _ in rows} == {login}:
        return
    if SUPERVISOR not in asked.who.roles:
        raise Refused(403, "only supervisors take back what somebody else said")
    among = {"sha256": [sha256 for _, sha256 in rows]}
    if any(
        state for (state,) in store.columns(Decision, "victim_state", account=login, among=among)
    ):
        why = "you decided on this yourself: you do not take back what somebody else said of it"
        raise Refused(403, why, "say what you think; where people disagree a third one is asked")


def token_of(asked: Asked) -> str:
    """Return the token of a wish, without which it could be written twice."""
    token = asked.text("token", decide.LONGEST_TOKEN)
    if not token:
        raise Refused(400, "a decision needs a token", "the page makes one for each")
    return token


def _said(asked: Asked, reason: str) -> Said:
    """Return who speaks: whoever is signed in, whatever the request says."""
    return Said(reason, asked.who.name, asked.who.login)


def _wanted(asked: Asked, token: str) -> Wanted:
    """Return what is decided together, by digests."""
    told = asked.told.get("items", [])
    items = [told] if isinstance(told, str) and told else told
    if not isinstance(items, list) or len(items) > MOST_ITEMS:
        raise Refused(400, f"items is a list of at most {MOST_ITEMS:,} numbers")
    contents = tuple(item_of(asked, one) for one in dict.fromkeys(map(str, items)))
    series = _series(asked)
    if series and not decided_before(asked, token):
        _refuse_grown(asked, series)
    near, many = (asked.told.get(name) in (True, "1", "on") for name in ("near", "many"))
    # Of a series the contact sheets were looked at; of all else that is more than one, a sample is.
    return Wanted(contents, series, near, many and bool(series), bool(series), token)


def _refuse_grown(asked: Asked, series: str) -> None:
    """Refuse a decision on a series that is not as large as its page told, where one told it."""
    seen = asked.number("contents", 0, 1 << 30, 0)
    if seen and seen != (now := asked.desk.store.count(Member, series=series)):
        why = f"the series has {now:,} contents by now, and its page showed {seen:,}"
        raise Refused(409, why, "open it anew and look at what came or went")


def many_at_once(contents: Sequence[str], token: str) -> Wanted:
    """Return the wish to decide these contents, of which a sample was looked at."""
    return Wanted(tuple(contents), many=True, token=token)


def _series(asked: Asked) -> str:
    """Return the series that is named by itself or by the number of one of its contents."""
    told = asked.text("series", 80)
    if not told or told.startswith("s-"):
        return told
    sha256 = item_of(asked, told)
    found = asked.desk.store.columns(Member, "series", sha256=sha256)
    name = next((name for (name,) in found), "")
    if not name:
        raise Refused(404, "this item is in no series")
    return name


def _also(
    asked: Asked, action: str, what: tuple[str, str], wanted: Wanted, more: Mapping[str, str]
) -> decide.Also:
    """Make what is written in the act of an event: its line of the log, the end of claims.

    `what` is the state, or the event that is taken back. Within the act it refuses what somebody
    else works on.
    """
    store, who, clock = asked.desk.store, asked.who, asked.desk.clock
    state, undoes = what

    def also(act: int, id_: str, when: str) -> Iterator[Any]:
        if undoes:
            about = [one for (one,) in store.columns(Decision, "sha256", id=undoes)]
        else:
            about = list(decide.chosen(store, wanted)[0])
            claims.refuse_held(store, who.login, claims.around(store, about), clock)
        data = {"id": id_, "undoes": undoes, **more}
        verb = "bulk" if action == "decide" and "sample" in more else action
        yield audit_record(who, _doing(store, verb, state, about, data))
        yield from claims.over(store, who.login, about, act, when)

    return also


def _doing(
    store: CaseStore, action: str, state: str, about: Sequence[str], data: Mapping[str, str]
) -> Doing:
    """Return the line of the log: how many contents, and where they stood before."""
    said = standings(store, about)
    before = Counter(one.victim_state if one.decided else "not decided" for one in said.values())
    before["not decided"] += len(about) - len(said)
    told = {name: count for name, count in sorted(before.items()) if count}
    more = {"state": state, "after": state, "contents": len(about), "before": told}
    says = f"{action}: {words(state)}" if state else f"{action} of {data['undoes']}"
    one = about[0] if len(about) == 1 else ""
    named = {name: value for name, value in data.items() if value}
    return Doing(action, f"{says}; {len(about):,} contents", one, data=named | more)


def _answer(asked: Asked, done: Decided, what: str) -> dict[str, Any]:
    """Tell what was recorded, what is left, and which place comes next."""
    desk = asked.desk
    index, spell = desk.of(views).index, desk.of(numbers)
    after = done.contents[0] if done.contents else ""
    is_there = index.refresh()
    following = index.free(asked.who.login, after=after, hidden=unwanted(asked)) if is_there else ""
    left = index.left() if is_there else sum(Queue(desk.store).steps().values())
    return {
        "id": done.id,
        "contents": len(done.contents),
        "places": done.places,
        "says": _says(done, what),
        "left": left,
        "next": spell.of(following) if following else "",
        "near": [
            {"item": spell.of(one.sha256), "of": spell.of(one.of), "says": cut(one.says)}
            for one in done.near[:MOST_NEAR]
        ],
        "ordered": done.is_ordered,
    }


def _says(done: Decided, what: str) -> str:
    count = len(done.contents)
    said = what if count == 1 else f"{what}: {count:,} contents"
    waiting = sum(one.waits_for_second for one in done.standings.values())
    apart = sum(one.contradicted for one in done.standings.values())
    if waiting:
        said += f"; {'it waits' if count == 1 else f'{waiting:,} wait'} for a second person"
    if apart:
        said += f"; people disagree{'' if count == 1 else f' on {apart:,}'}"
    return said


def _answered(asked: Asked, told: dict[str, Any]) -> Response:
    """Answer a script with facts, and a form with the page that it came from."""
    back = asked.told.get("back", "")
    if isinstance(back, str) and _PAGES.match(back):
        return RedirectResponse(back, 303)
    return as_json(told)


def mine(asked: Asked) -> Response:
    """Tell what this person decided lately at this desk, so that it can be taken back."""
    return as_json({"decisions": recent(asked.desk, asked.who.login)})


def recent(desk: Desk, login: str) -> list[dict[str, Any]]:
    """Return what a person decided lately at this desk and did not take back, the last one last."""
    return desk.of(Recent).of(login)


WAYS = (
    Way("POST", "/decide", decided, "decide"),
    Way("POST", "/undo", undone, "decide"),
    Way("POST", "/redo", redone, "decide"),
    Way("GET", "/decisions/mine", mine, "decide"),
)
