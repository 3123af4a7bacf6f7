"""Makes notices of a suspicion that nobody has, on a service that nobody runs."""

NOTICE = """
[provider]
name = "Zz Host"
service = "zz.example"
established_in = "DE"
contact = "Zz desk"
email = "desk@zz.example"

[suspicion]
what = "Zz offence"
why = "zz why"
how = "zz notice of a user"
threat = "safety"
timing = "is taking place"
aware_at = 2026-11-26T09:30:00+01:00

[[event]]
at = 2026-11-25T23:59:00-05:00
zone = "America/New_York"
what = "zz upload"

[[account]]
kind = "user name"
value = "zz-user-0001"

[[account]]
kind = "IP address"
value = "192.0.2.7"
at = 2026-11-25T23:58:00-05:00

[[content]]
where = "https://zz.example/1"
published_at = 2026-11-25T23:59:00-05:00

[[state]]
country = "FR"
because = "victim"
why = "zz says so"
"""
FALLBACK = """
[fallback]
to = ["establishment", "europol"]
why = "zz nothing names one"
"""


def without(line, text=NOTICE):
    """The notice without the first line that begins so."""
    lines = text.splitlines()
    lines.remove(next(one for one in lines if one.startswith(line)))
    return "\n".join(lines)


def elsewhere():
    """The notice with no state concerned, but a fallback."""
    return NOTICE.partition("[[state]]")[0] + FALLBACK
