"""Refuses sentences that a trial of wording cannot bear out, before they reach a report."""

import re

_LESS = (
    r"(?:fewer|less|lower(?:s|ed)?|reduc\w*|decreas\w*|cuts?|drops?|declin\w*|prevent\w*"
    r"|stop\w*|ends?|avert\w*|halv\w*|curb\w*|deter(?:s|red|ring)?)"
)
_CRIME = (
    r"(?:crimes?|criminal\w*|offen[cs]\w*|offend\w*|abus\w*|exploitation|assaults?"
    r"|perpetrat\w*|recidiv\w*|re-?offend\w*|victims?)"
)
_SAVED = r"(?:sav|protect|rescu|spar|safeguard)\w*"
_CLAIMS = (
    rf"{_LESS}\W+(?:\w+\W+){{0,5}}?{_CRIME}",
    rf"{_CRIME}\W+(?:\w+\W+){{0,4}}?(?:{_LESS}|fell|falls?|(?:went|goes|is|are|was|were) down)",
    rf"{_SAVED}\W+(?:\w+\W+){{0,3}}?(?:child\w*|kids?|victims?|lives)",
    rf"(?:child\w*|kids?|lives)\W+(?:\w+\W+){{0,3}}?(?:{_SAVED}|safer)",
    r"ma(?:kes?|de|king)\W+(?:\w+\W+){0,3}?safer",
    r"(?:straftat\w*|verbrechen)\W+(?:\w+\W+){0,3}?(?:zurück\w*|gesunken|sank\w*|sink\w*)",
    r"weniger\W+(?:\w+\W+){0,3}?(?:straftat\w*|verbrechen|missbrauch\w*|täter\w*|opfer\w*)",
    r"moins\W+d\W?e?\W*(?:\w+\W+){0,3}?(?:crimes?|délits?|infractions?|abus|victimes?)",
    r"menos\W+(?:\w+\W+){0,3}?(?:delitos?|crímenes|crimes?|abusos?|víctimas?|vítimas?)",
    r"minder\W+(?:\w+\W+){0,3}?(?:misdrij\w*|misbruik|daders?|slachtoffers?)",
)
CLAIM = re.compile("|".join(rf"\b(?:{one})\b" for one in _CLAIMS), re.IGNORECASE)
"""Claims about crimes, offenders or children; counts of sessions show none of these."""
ADVICE = "say what is counted: sessions with a further match, an act given up, a contact chosen"


def is_claim(text: str) -> bool:
    """Tell whether a text claims more than counts of sessions can show."""
    return CLAIM.search(text) is not None
