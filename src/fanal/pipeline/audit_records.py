"""Writes the audit records of the desk: who did or was refused what, before it is done."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fanal.model.desk import AuditRecord, Who
from fanal.stores.interface import CaseStore

VERB = "desk"
"""What the custody log calls an act that writes audit records and nothing else."""
DONE, REFUSED = "done", "refused"


@dataclass(frozen=True, slots=True)
class Doing:
    """What is done, to what."""

    action: str
    says: str = ""
    """One sentence."""
    sha256: str = ""
    level: int = 0
    purpose: str = ""
    outcome: str = DONE
    milliseconds: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)


def audit_record(who: Who, doing: Doing) -> AuditRecord:
    """Return the line of the log, to be written inside an act that does something else too."""
    when = datetime.now(UTC).isoformat(timespec="milliseconds")
    return AuditRecord(
        f"a-{secrets.token_hex(8)}",
        when,
        who.login,
        ", ".join(who.roles),
        who.session,
        doing.action,
        doing.sha256,
        doing.level,
        doing.purpose,
        doing.outcome,
        doing.says,
        doing.milliseconds,
        doing.data,
    )


def enter(store: CaseStore, who: Who, doing: Doing) -> AuditRecord:
    """Write one line of the log in an act of its own; raise where it cannot be written."""
    made = audit_record(who, doing)
    with store.act(who.name or "nobody signed in", VERB, action=doing.action) as act:
        act.put([made])
    return made
