"""The canonical tables of a site: what a mapping may name in each, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

TEXT, KEY, RAW, EMAIL, PHONE, RECOVERY = "text", "key", "raw", "email", "phone", "recovery"
YES, COUNTRY, WORDS, NUMBER, WHOLE = "yes or no", "country", "words", "number", "whole number"
TIME, DATE, IP, PORT, DIGEST = "time", "time alone", "address", "port", "digest"
CARD, IBAN, WALLET = "card", "iban", "wallet"
NUMBERS = (CARD, IBAN)
"""Kinds whose values are never kept as they stand, not even while importing."""


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that a mapping may name, and the columns that it becomes."""

    kind: str
    into: tuple[tuple[str, str], ...]
    """Column of the file → its type in SQL."""
    words: tuple[str, ...] = ()
    """Values of a column of words; of a digest its length."""


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table."""

    columns: Mapping[str, Column]
    needs: tuple[str, ...]
    """Without one of these a row is refused."""
    order: tuple[str, ...]
    """Columns that its file is sorted by, before artefact and byte."""
    id: str = ""
    """Column that tells its rows apart."""
    made: tuple[tuple[str, str], ...] = field(default=())
    """Columns that no mapping names."""

    @property
    def into(self) -> dict[str, str]:
        """Return the columns of its file and their types, in order, without those of the row."""
        told = {name: kind for column in self.columns.values() for name, kind in column.into}
        return {**told, **dict(self.made)}


ROW = {"artefact": "INTEGER", "raw_table": "VARCHAR", "ref": "BIGINT", "size": "BIGINT"}
"""Columns of every row: where it comes from."""


def _text(name: str, kind: str = TEXT) -> Column:
    return Column(kind, ((name, "VARCHAR"),))


def _raw(name: str) -> Column:
    return Column(RAW, ((f"{name}_raw", "VARCHAR"),))


def _words(name: str, *words: str) -> Column:
    return Column(WORDS, ((name, "VARCHAR"),), words)


def _yes(name: str) -> Column:
    return Column(YES, ((name, "BOOLEAN"),))


def _digest(name: str, length: str) -> Column:
    return Column(DIGEST, ((name, "VARCHAR"),), (length,))


_TIME = Column(
    TIME,
    (("ts_raw", "VARCHAR"), ("ts", "TIMESTAMP"), ("precision_s", "DOUBLE"), ("zone", "VARCHAR")),
)
_EMAIL = Column(EMAIL, (("email_raw", "VARCHAR"), ("email", "VARCHAR"), ("email_hint", "VARCHAR")))
_PHONE = Column(
    PHONE,
    tuple((name, "VARCHAR") for name in ("phone_raw", "phone", "phone_region", "phone_kind")),
)
_RECOVERY = Column(
    RECOVERY, tuple((name, "VARCHAR") for name in ("recovery_raw", "recovery", "recovery_kind"))
)
_CARD = Column(CARD, tuple((name, "VARCHAR") for name in ("card_bin", "card_last4", "card_tok")))
_IBAN = Column(
    IBAN,
    (
        ("iban_tok", "VARCHAR"),
        ("iban_shown", "VARCHAR"),
        ("bank_country", "VARCHAR"),
        ("bank_code", "VARCHAR"),
        ("app_bank", "BOOLEAN"),
    ),
)
_WALLET = Column(
    WALLET,
    (("wallet", "VARCHAR"), ("wallet_chain", "VARCHAR"), ("wallet_checked", "BOOLEAN")),
)

TABLES: dict[str, Table] = {
    "account": Table(
        {
            "account": _text("account", KEY),
            "username": _text("username"),
            "email": _EMAIL,
            "email_confirmed": _yes("email_confirmed"),
            "phone": _PHONE,
            "phone_confirmed": _yes("phone_confirmed"),
            "name": _raw("name"),
            "birth": _raw("birth"),
            "language": _text("language"),
            "country_said": _text("country_said", COUNTRY),
            "country_document": _text("country_document", COUNTRY),
            "document_check": _words("document_check", "passed", "failed"),
            "password_hash": _text("password_hash"),
            "recovery": _RECOVERY,
            "created": Column(DATE, (("created_raw", "VARCHAR"), ("created", "TIMESTAMP"))),
        },
        needs=("account",),
        order=("account",),
        id="account",
        made=(("flag", "VARCHAR"),),
    ),
    "login": Table(
        {
            "account": _text("account", KEY),
            "ip": Column(IP, (("ip", "VARCHAR"), ("ip_hi", "UBIGINT"), ("ip_lo", "UBIGINT"))),
            "port": Column(PORT, (("port", "INTEGER"),)),
            "ts": _TIME,
            "outcome": _words("outcome", "ok", "failed"),
            "device": _text("device"),
        },
        needs=("account", "ts"),
        order=("account", "ts"),
    ),
    "payment": Table(
        {
            "payment": _text("payment", KEY),
            "account": _text("account", KEY),
            "method": _words("method", "card", "bank", "wallet", "voucher", "other"),
            "amount": Column(NUMBER, (("amount", "DOUBLE"),)),
            "currency": _text("currency"),
            "card": _CARD,
            "card_bin": _text("card_bin"),
            "card_last4": _text("card_last4"),
            "card_tok": _text("card_tok"),
            "prepaid": _yes("prepaid"),
            "issuer_country": _text("issuer_country", COUNTRY),
            "iban": _IBAN,
            "bank_country": _text("bank_country", COUNTRY),
            "wallet": _WALLET,
            "psp_ref": _text("psp_ref"),
            "payer_name": _text("payer_name"),
            "payer_email": Column(
                EMAIL, (("payer_email_raw", "VARCHAR"), ("payer_email", "VARCHAR"))
            ),
            "billing_country": _text("billing_country", COUNTRY),
            "billing_checked": _words("billing_checked", "confirmed", "failed"),
            "status": _words("status", "ok", "failed", "refunded"),
            "chargeback": _yes("chargeback"),
            "ts": _TIME,
        },
        needs=("account",),
        order=("account", "ts"),
        id="payment",
    ),
    "media_event": Table(
        {
            "event": _text("event", KEY),
            "account": _text("account", KEY),
            "media": _text("media", KEY),
            "kind": _words("kind", "view", "download", "upload", "comment", "generate", "bought"),
            "ip": Column(IP, (("ip", "VARCHAR"),)),
            "ts": _TIME,
        },
        needs=("account", "kind"),
        order=("account", "ts"),
        id="event",
    ),
    "media": Table(
        {
            "media": _text("media", KEY),
            "name": _text("name"),
            "sha256": _digest("sha256", "64"),
            "sha1": _digest("sha1", "40"),
            "md5": _digest("md5", "32"),
            "pdq": _digest("pdq", "64"),
            "series_said": _text("series_said"),
            "model": _text("model"),
            "model_digest": _text("model_digest"),
            "basis": _text("basis"),
            "basis_by": _text("basis_by"),
            "basis_method": _text("basis_method"),
            "basis_date": _text("basis_date"),
        },
        needs=("media",),
        order=("media",),
        id="media",
        made=(("flag", "VARCHAR"),),
    ),
    "message_meta": Table(
        {
            "message": _text("message", KEY),
            "from_account": _text("from_account", KEY),
            "to_account": _text("to_account", KEY),
            "ts": _TIME,
            "bytes": Column(WHOLE, (("bytes", "BIGINT"),)),
            "has_attachment": _yes("has_attachment"),
        },
        needs=(),
        order=("from_account", "to_account", "ts"),
        id="message",
    ),
}
ALONE = ("account", "media")
"""Tables that have one row an id; further rows lie in a file of their own, `…_other`."""
