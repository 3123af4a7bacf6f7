"""Makes what a brief is written from."""

from fanal.exchange.support import support
from fanal.formats import lead_json
from makers.handed import MOMENT, lead, torn

TERMS = lead_json.Terms("H2")


def told(*leads, **head):
    """What a brief tells of these leads, or of two."""
    every = leads or (lead(), torn())
    given = {"package": "p-0123456789ab", "version": 1, "country": "Germany", "sender": "Zz Lab"}
    given |= {"recipient": "Zz Office", "operation": "Zz", "reason": "zz", "moment": "2026-11-26"}
    given |= {"handling": lead_json.handling(TERMS)} | head
    return {
        "head": given,
        "leads": [document(one) for one in every],
        "support": support("DE", MOMENT.date()).told(),
        "losses": [{"field": "zz field", "items": 3, "note": "zz note"}],
        "evidence": {
            "artefacts": [
                {
                    "site": "zz-site",
                    "artefact": "dump",
                    "sha256": "c0" * 32,
                    "seized_at": "",
                    "reader": "mysql 1",
                },
            ]
        },
    }


def document(one):
    return lead_json.document(
        one, lead_json.Told("p-0123456789ab", 1, "DE", possible=False, terms=TERMS)
    )
