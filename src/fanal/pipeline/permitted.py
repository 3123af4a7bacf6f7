"""Asks whether a login may do something to a package, where the case knows its people by role."""

from fanal.errors import UsageError
from fanal.pipeline.people import standings
from fanal.pipeline.said import Said
from fanal.review import people
from fanal.review.permits import allowed
from fanal.stores.interface import CaseStore


def permitted(store: CaseStore, said: Said, *permits: str) -> None:
    """Refuse whoever has none of these permits; where nobody is registered, nobody is refused."""
    active = {login: one.now for login, one in standings(store).items() if one.is_active}
    if not active:
        return
    person = active.get(said.account)
    if person is None or not any(allowed(person.roles, permit) for permit in permits):
        raise UsageError(
            f"{people.shown(said.by, said.account)} has no role in this case that may do this",
            "a supervisor gives roles at the review desk: fanal review",
        )


def two_people(first: Said, second: Said, what: str) -> None:
    """Refuse where the same person, or the same login, would act twice on one package."""
    keys = [(people.name_key(one.by), people.login_key(one.account)) for one in (first, second)]
    if people.count(keys) < 2:
        raise UsageError(
            f"{people.shown(first.by, first.account)} {what}: it takes another person, under"
            " another login",
            "ask a colleague to do this step",
        )
