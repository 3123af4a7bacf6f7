"""Says what each role may do at the review desk; whatever is not listed, nobody may."""

from collections.abc import Iterable, Mapping

IMPORTER = "importer"
REVIEWER = "reviewer"
ANALYST = "analyst"
SUPERVISOR = "supervisor"
EXPORTER = "exporter"
AUDITOR = "auditor"
ROLES = (IMPORTER, REVIEWER, ANALYST, SUPERVISOR, EXPORTER, AUDITOR)
PERMITS: Mapping[str, frozenset[str]] = {
    "own": frozenset(ROLES),
    "overview": frozenset(ROLES),
    "queue": frozenset({REVIEWER, SUPERVISOR}),
    "covered": frozenset({REVIEWER, SUPERVISOR}),
    "reveal": frozenset({REVIEWER, SUPERVISOR}),
    "decide": frozenset({REVIEWER, SUPERVISOR}),
    "remark": frozenset({REVIEWER, SUPERVISOR}),
    "second": frozenset({REVIEWER, SUPERVISOR}),
    "leads": frozenset({ANALYST, SUPERVISOR, EXPORTER}),
    "assess": frozenset({ANALYST, SUPERVISOR}),
    "packages": frozenset({ANALYST, SUPERVISOR, EXPORTER}),
    "package": frozenset({EXPORTER}),
    "approve": frozenset({SUPERVISOR}),
    "audit": frozenset({SUPERVISOR, AUDITOR}),
    "people": frozenset({SUPERVISOR}),
    "limits": frozenset({SUPERVISOR}),
}
"""Permit → the roles that have it. `covered` is a mosaic, `reveal` any clearer picture."""
APART = frozenset({AUDITOR})
"""Roles that go with no other: whoever checks the log never sees a picture."""


def allowed(roles: Iterable[str], permit: str) -> bool:
    """Tell whether one of these roles has a permit; everybody has ""."""
    return not permit or bool(PERMITS.get(permit, frozenset()) & {*roles})


def unfit(roles: Iterable[str]) -> str:
    """Return why these roles cannot be given together; "" where they can."""
    given = set(roles)
    if not given:
        return "a person needs a role"
    if wrong := given - set(ROLES):
        return f"there is no role {min(wrong)[:40]!r}"
    if given & APART and len(given) > 1:
        return "an auditor has no other role: whoever checks the log never sees a picture"
    return ""
