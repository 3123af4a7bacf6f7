"""What the names of tables and columns say of them, before anyone has looked at the values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OTHER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Rule:
    """How a canonical column may be called at a site, and what its values must look like."""

    column: str
    sure: str
    """Pattern of a whole name that says it alone."""
    likely: str = ""
    """Pattern of a name that says it where the values agree."""
    kinds: tuple[str, ...] = ()
    """One of these kinds the values must have; none: any."""


_WHO = (
    r"(?:user|member|account|customer|client|uid|userid|memberid|login)(?:_id|_no|_number|_name)?"
)
_TIME = Rule(
    "ts",
    r"(?:ts|time|at|when|date|timestamp|created|created_at|time_local)",
    r"(?:.*_)?(?:at|time|date|ts|stamp|started|started_at|when|on|created|t)",
    ("time",),
)
_IP = Rule("ip", r"(?:.*_)?ip(?:_?addr(?:ess)?)?|remote_addr|host", r".*addr.*|.*ip.*", ("ip",))
_ACCOUNT = Rule("account", _WHO, rf"(?:.*_)?{_WHO}|u|owner(?:_id)?|author(?:_id)?")
RULES: Mapping[str, tuple[Rule, ...]] = {
    "account": (
        Rule(
            "account",
            r"id|_id|id_oid|uid|user_?id|member_?id|account(?:_id)?|customer_id",
            r".*_id|.*id",
            ("whole", "uuid", "md5", "number"),
        ),
        Rule(
            "username",
            r"user_?name|login(?:_name)?|nick(?:name)?|handle|screen_name|member_name"
            r"|display_name|alias",
            r"name|user",
        ),
        Rule("email", r"e_?mail(?:_?addr(?:ess)?)?", r".*mail.*", ("email",)),
        Rule(
            "email_confirmed",
            r"(?:e_?mail)_?(?:ok|confirmed|verified|valid|validated)"
            r"|verified_e?mail",
            r".*(?:verified|confirmed|activated).*",
            ("yes or no",),
        ),
        Rule(
            "phone",
            r"phone(?:_?(?:no|number))?|mobile|msisdn|tel(?:ephone)?|cell",
            r".*(?:phone|mobile|tel).*",
            ("phone", "whole"),
        ),
        Rule("phone_confirmed", r"(?:phone|mobile)_?(?:ok|confirmed|verified)", "", ("yes or no",)),
        Rule("name", r"(?:full|real)_?name", r"name|(?:first|last|sur|given|family)_?name"),
        Rule("birth", r"birth.*|dob|born|bday"),
        Rule("language", r"lang(?:uage)?|locale", "", ("language",)),
        Rule("country_said", r"country(?:_code)?", r".*country.*", ("country",)),
        Rule("country_document", r"(?:doc|document|passport|kyc|id)_country|nationality", ""),
        Rule("document_check", r"(?:doc|document|kyc|id)_?(?:check|status|result|verified)", ""),
        Rule(
            "password_hash",
            r"pass(?:word|wd)?(?:_?hash)?|pw|pwd|pw_hash",
            r".*pass.*|.*hash.*",
            ("hash", "md5", "sha1", "sha256"),
        ),
        Rule("recovery", r"recover.*|backup_(?:e?mail|phone)|(?:alt|alternate|secondary)_e?mail"),
        Rule(
            "created",
            r"created(?:_at|_on)?|registered(?:_at|_on)?|joined(?:_at)?|signup.*"
            r"|reg_?(?:date|time)",
            r"(?:.*_)?(?:at|time|date|since)",
            ("time",),
        ),
    ),
    "login": (
        _ACCOUNT,
        _IP,
        _TIME,
        Rule("port", r"(?:src_|source_|remote_|client_)?port", r".*port", ("whole",)),
        Rule("outcome", r"outcome|ok|success|result", r"status"),
        Rule("device", r"device|agent|user_agent|browser|ua", r".*(?:agent|device|browser).*"),
    ),
    "payment": (
        Rule("payment", r"id|payment(?:_id)?|order(?:_id)?|transaction_id|invoice(?:_id)?", ""),
        _ACCOUNT,
        _TIME,
        Rule("method", r"method|pay(?:ment)?_(?:method|type)|gateway", r"kind|type|provider"),
        Rule(
            "amount",
            r"amount|sum|price|total|gross|cents|value",
            r".*(?:amount|price|total).*",
            ("number", "whole"),
        ),
        Rule("currency", r"cur|currency(?:_code)?", "", ("currency",)),
        Rule(
            "card",
            r"card(?:_?(?:no|number))?|pan|cc(?:_?(?:no|number))?",
            r".*card.*",
            ("whole", "number", "card"),
        ),
        Rule("card_bin", r"(?:card_)?(?:bin|iin|first_?6|first_?six)", "", ("six",)),
        Rule("card_last4", r"(?:card_)?last_?(?:4|four)", "", ("four",)),
        Rule("card_tok", r"(?:card_)?(?:fingerprint|token|tok)", r".*(?:fingerprint|token).*"),
        Rule("prepaid", r"prepaid|is_prepaid", r"funding"),
        Rule("issuer_country", r"(?:card|issuer|issuing)_country", ""),
        Rule("iban", r"iban|bank_account", r".*iban.*", ("iban",)),
        Rule("bank_country", r"bank_country", ""),
        Rule(
            "wallet",
            r"wallet(?:_?addr(?:ess)?)?|btc.*|eth.*|crypto.*",
            r".*addr.*|.*wallet.*",
            ("wallet",),
        ),
        Rule(
            "psp_ref",
            r"(?:txn|transaction|psp|processor|charge)_?(?:ref|reference|id)?"
            r"|reference",
            r".*ref.*",
        ),
        Rule("payer_name", r"payer(?:_name)?|card_?holder|holder(?:_name)?|billing_name", ""),
        Rule("payer_email", r"(?:payer|billing)_e?mail", r".*mail.*", ("email",)),
        Rule(
            "billing_country", r"billing_country|bill_country", r"country(?:_code)?", ("country",)
        ),
        Rule("billing_checked", r"avs(?:_result)?|address_check|billing_check(?:ed)?", ""),
        Rule("status", r"status|state|result", ""),
        Rule("chargeback", r"charge_?back|dispute(?:d)?", r".*(?:chargeback|dispute).*"),
    ),
    "media_event": (
        Rule("event", r"id|event(?:_id)?", ""),
        _ACCOUNT,
        _TIME,
        _IP,
        Rule(
            "media",
            r"(?:media|file|image|img|video|item|picture|photo|asset|post|f)"
            r"(?:_id|_no)?",
            r".*(?:media|file|image|video|photo)(?:_id)?",
        ),
        Rule("kind", r"kind|action|event_type|type|verb|activity", r"event"),
    ),
    "media": (
        Rule("media", r"id|(?:media|file|image|img|video|item|picture|photo|asset)(?:_id|_no)", ""),
        Rule("name", r"name|file_?name|title|original_name", r".*name.*|path"),
        Rule("sha256", r"sha_?256", r".*(?:hash|digest|sha|sum).*", ("sha256",)),
        Rule("sha1", r"sha_?1", r".*(?:hash|digest|sha|sum).*", ("sha1",)),
        Rule("md5", r"md5.*", r".*(?:hash|digest|sum).*", ("md5",)),
        Rule("pdq", r"pdq.*|phash", "", ("sha256",)),
        Rule("series_said", r"series|album(?:_id)?|gallery|folder|set|collection", ""),
        Rule("model", r"model(?:_name)?", ""),
        Rule("model_digest", r"model_(?:hash|digest|sha256)", ""),
    ),
    "message_meta": (
        Rule("message", r"id|message(?:_id)?|msg(?:_id)?", ""),
        Rule(
            "from_account", r"(?:from|sender|author|src)(?:_id|_user|_account)?", r"from.*|sender.*"
        ),
        Rule(
            "to_account",
            r"(?:to|receiver|recipient|dst)(?:_id|_user|_account)?",
            r"to_.*|receiver.*|recipient.*",
        ),
        Rule("ts", _TIME.sure + "|sent(?:_at)?", _TIME.likely, _TIME.kinds),
        Rule("bytes", r"bytes|size|length|len", "", ("whole",)),
        Rule(
            "has_attachment",
            r"has_?(?:attachments?|files?)",
            r".*attach.*",
            ("yes or no",),
        ),
    ),
}
"""Canonical table → its columns, in the order in which a site's columns are offered to them."""
TABLES: Mapping[str, str] = {
    "account": r"users?|members?|accounts?|customers?|profiles?|people|clients?",
    "login": r"logins?|sessions?|access(?:_log)?|auth.*|visits?|signins?|log_?ins?|connections?",
    "payment": r"pay(?:ments?)?|orders?|transactions?|invoices?|purchases?|deposits?|processor"
    r"|billing|charges?|topups?",
    "media_event": r"acts?|actions?|events?|downloads?|uploads?|views?|generations?|activity"
    r"|history|comments?|favou?rites?",
    "media": r"files?|media|images?|videos?|photos?|pictures?|assets?|attachments?",
    "message_meta": r"pms?|messages?|mails?|chats?|inbox|dms?|private_messages?|conversations?",
}
"""Canonical table → what a table of a site that becomes it may be called."""
NEEDED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "account": (("account",), ("username", "email", "password_hash")),
    "login": (("account",), ("ts",), ("ip",)),
    "payment": (("amount", "card_bin", "wallet", "iban", "card"),),
    "media_event": (("account",), ("media",)),
    "media": (("media", "name"), ("sha256", "sha1", "md5", "pdq", "name")),
    "message_meta": (("from_account",), ("to_account",)),
}
"""Canonical table → columns of which one of each group must be there, or it is not that table."""
KINDS: Mapping[str, str] = {
    r"views?|favou?rites?": "view",
    r"downloads?": "download",
    r"uploads?": "upload",
    r"comments?": "comment",
    r"generations?": "generate",
}
"""Name of a table of events → the kind that all of them have."""
MEANT: Mapping[str, Mapping[str, str]] = {
    "kind": {
        r"views?|viewed|seen|open(?:ed)?": "view",
        r"down(?:load)?s?|dl|downloaded|fetch": "download",
        r"up(?:load)?s?|ul|uploaded": "upload",
        r"comments?|commented": "comment",
        r"gen(?:erate)?d?|generation|created?": "generate",
        r"bought|buy|purchased?": "bought",
    },
    "outcome": {
        r"ok|success|succeeded|1|true|t|y|yes": "ok",
        r"fail(?:ed|ure)?|0|false|f|n|no": "failed",
    },
    "status": {
        r"ok|paid|success|succeeded|captured|completed?|settled": "ok",
        r"fail(?:ed|ure)?|declined|error|refused": "failed",
        r"refund(?:ed)?|reversed": "refunded",
    },
    "method": {
        r"card|cc|credit_?card|visa|mastercard": "card",
        r"bank|iban|sepa|transfer|wire": "bank",
        r"wallet|crypto|btc|bitcoin|eth|xmr": "wallet",
        r"voucher|gift_?card|coupon|paysafe.*": "voucher",
        r"other": "other",
    },
    "billing_checked": {
        r"y|yes|match|confirmed|pass(?:ed)?": "confirmed",
        r"n|no|fail(?:ed)?|mismatch": "failed",
    },
    "document_check": {
        r"pass(?:ed)?|ok|approved|verified": "passed",
        r"fail(?:ed)?|rejected|declined": "failed",
    },
}
"""Column of words → what a site may write → what is meant."""


def plain(name: str) -> str:
    """Return a name in lower case with one underscore between its words."""
    return _OTHER.sub("_", _CAMEL.sub("_", name).lower()).strip("_")


def bare(column: str, table: str) -> str:
    """Return the plain name of a column without that of its table before it."""
    name, owner = plain(column), plain(table).rstrip("s")
    return name.removeprefix(f"{owner}_") or name if owner else name


def says(pattern: str, name: str) -> bool:
    """Tell whether a pattern describes a whole plain name."""
    return bool(pattern) and bool(re.fullmatch(pattern, name))
