"""How a line of a web server's log is written: the usual forms, or as its configuration says.

nginx, ngx_http_log_module (log_format); Apache 2.4, mod_log_config (LogFormat).
"""

import re
from dataclasses import dataclass

from fanal.errors import UsageError
from fanal.sources.server.patterns import compiled

_QUOTED = r'(?:[^"\\\n]++|\\.)*+'
_ADDRESS = r"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F.]*+:[0-9a-fA-F:.]*+)"
USUAL = compiled(
    rf"(?:(?P<vhost>[\w.*-]++)(?::(?P<vhost_port>\d++))?+ (?={_ADDRESS} ))?+"
    r"(?P<host>\S++) (?P<ident>\S++) (?P<user>[^\[\n]{0,300}?) \[(?P<time>[^\]\n]{0,64})\] "
    rf'"(?P<request>{_QUOTED})" (?P<status>\d{{3}}|-) (?P<bytes>\d++|-)'
    rf'(?: "(?P<referer>{_QUOTED})" "(?P<agent>{_QUOTED})")?+(?: ?(?P<more>[^\n]*+))'
)
"""The common and combined forms of both servers, with or without a virtual host before them."""
_REQUEST = compiled(r"([A-Z]{1,20}) (\S+)(?: (HTTP/[\d.]{1,5}))?")
_NAMED = {
    "common": '%h %l %u %t "%r" %>s %b',
    "combined": '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"',
    "vhost_combined": '%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"',
}
_NGINX = {
    "remote_addr": "host",
    "remote_user": "user",
    "remote_port": "port",
    "time_local": "time",
    "time_iso8601": "time",
    "msec": "time",
    "body_bytes_sent": "bytes",
    "bytes_sent": "bytes",
    "http_referer": "referer",
    "http_user_agent": "agent",
    "http_x_forwarded_for": "forwarded",
    "request_method": "method",
    "request_uri": "path",
    "uri": "path",
    "server_protocol": "protocol",
    "server_name": "vhost",
    "server_port": "vhost_port",
}
_APACHE = {
    "h": "host",
    "a": "host",
    "l": "ident",
    "u": "user",
    "t": "time",
    "r": "request",
    "s": "status",
    "b": "bytes",
    "B": "bytes",
    "O": "bytes",
    "v": "vhost",
    "V": "vhost",
    "p": "vhost_port",
    "m": "method",
    "U": "path",
    "H": "protocol",
    "D": "took_us",
    "T": "took_s",
    "{Referer}i": "referer",
    "{User-Agent}i": "agent",
    "{X-Forwarded-For}i": "forwarded",
    "{remote}p": "port",
    "{c}a": "peer",
}
_VARIABLE = compiled(
    r"\$\{(\w+)\}|\$(\w+)|%(?:[!<>]|\d{3}(?:,\d{3})*)*((?:\{[^}]*\})?\^?[A-Za-z]+?)(?![A-Za-z])"
)
_SPLIT = ("method", "path", "protocol")


@dataclass(frozen=True, slots=True)
class LineForm:
    """How lines are told apart into columns."""

    pattern: re.Pattern[str]
    columns: tuple[str, ...]
    request: int
    """Which column holds the request, split into three further ones; -1 for none."""

    def row(self, line: str) -> list[str | None] | None:
        """Return the columns of one line, None where it is none of these."""
        found = self.pattern.fullmatch(line)
        if not found:
            return None
        row: list[str | None] = [None if each in {"-", ""} else each for each in found.groups()]
        if self.request >= 0:
            split = _REQUEST.fullmatch(row[self.request] or "")
            row += split.groups() if split else (None, None, None)
        return row


def form_of(told: str) -> LineForm:
    """Return the form that a configuration, or one of the usual names, says; "" for the usual."""
    pattern = _compiled(_NAMED.get(told, told).replace('\\"', '"')) if told else USUAL
    columns = tuple(pattern.groupindex)
    if "request" in columns and not set(_SPLIT) & set(columns):
        return LineForm(pattern, (*columns, *_SPLIT), columns.index("request"))
    return LineForm(pattern, columns, -1)


def _compiled(told: str) -> re.Pattern[str]:
    parts: list[str] = []
    seen: set[str] = set()
    at = 0
    for found in _VARIABLE.finditer(told):
        before = told[at : found.start()]
        parts.append(re.escape(before))
        nginx = found[1] or found[2]
        name = _NGINX.get(nginx, nginx) if nginx else _APACHE.get(found[3], found[3])
        name = re.sub(r"\W+", "_", name).strip("_").lower() or "value"
        if not name[0].isalpha() or name in seen:
            name = f"{name}_{len(seen)}" if name[0].isalpha() else f"value_{len(seen)}"
        seen.add(name)
        after = told[found.end() : found.end() + 1]
        parts.append(_value(name, before, after, time=found[3] == "t"))
        at = found.end()
    if not seen:
        raise UsageError(
            f"a log format without variables: {told[:80]!r}",
            "give the log_format of nginx or the LogFormat of Apache, or: common, combined",
        )
    return compiled("".join(parts) + re.escape(told[at:]))


def _value(name: str, before: str, after: str, *, time: bool) -> str:
    """Return the pattern of one variable between what stands before and after it."""
    if time:
        return rf"\[(?P<{name}>[^\]\n]*+)\]"
    if before.endswith('"') and after == '"':
        return rf"(?P<{name}>{_QUOTED})"
    if before.endswith("["):
        return rf"(?P<{name}>[^\]\n]*+)"
    if name == "user":
        return rf"(?P<{name}>[^\n]{{0,300}}?)"
    return rf"(?P<{name}>[^{re.escape(after)}\n]*+)" if after else rf"(?P<{name}>[^\n]*+)"
