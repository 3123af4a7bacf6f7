"""Tells which table and column of the made-up site is which: the mapping that is imported."""

from fanal.demo import assumptions as take
from fanal.demo.site_cast import NAME

MAPPING = f"""\
# Which table and column of the demonstration's site is which.

[site]
name = "{NAME}"
clock_offset_s = {take.CLOCK}
clock_measured_by = "Zz Examiner"
clock_measured_at = "2025-05-20T06:30:00Z"
from = 2024-02-01
to = 2025-05-21
zone = "Europe/Berlin"
app_banks = ["LT:00000"]

[[artefact]]
name = "dump"
file = "dump.sql"
reader = "mysql"
seized_at = "2025-05-20T06:00:00Z"
handler = "Zz Examiner"

[[artefact]]
name = "sessions"
file = "site.db"
reader = "sqlite"
seized_at = "2025-05-20T06:00:00Z"
handler = "Zz Examiner"

[[artefact]]
name = "web"
file = "access.log"
reader = "weblog"
seized_at = "2025-05-20T06:00:00Z"
handler = "Zz Examiner"

[[artefact]]
name = "processor"
file = "processor.csv"
reader = "csv"
seized_at = "2025-06-11T09:00:00Z"
handler = "Zz Examiner"
options = {{encoding = "cp1252", delimiter = ";", table = "processor"}}

[[artefact]]
name = "fetched"
file = "downloads.jsonl"
reader = "jsonl"
seized_at = "2025-05-20T06:00:00Z"
handler = "Zz Examiner"
options = {{table = "downloads"}}

[[artefact]]
name = "mail"
file = "mail.mbox"
reader = "mail"
seized_at = "2025-05-20T06:00:00Z"
handler = "Zz Examiner"

[[account]]
from = "dump:members"
account = "id"
username = "login"
email = "email"
email_confirmed = "email_ok"
phone = "phone"
phone_confirmed = "phone_ok"
name = "full_name"
birth = "birth"
language = "lang"
country_said = "country"
country_document = "doc_country"
document_check = "doc_check"
password_hash = "pw"
recovery = "recovery"
created = {{column = "created", form = "iso"}}

[[login]]
from = "sessions:sessions"
account = "member"
ip = "ip"
port = "port"
ts = {{column = "started", form = "unix"}}
outcome = {{column = "ok", codes = {{"1" = "ok", "0" = "failed"}}}}
device = "agent"

[[login]]
from = "web:access_log"
where = {{user = {{filled = true, not = ["-"]}}, request = {{match = "^POST /login"}}}}
account = "user"
ip = "host"
ts = {{column = "time", form = "%d/%b/%Y:%H:%M:%S %z", zone = "in the text"}}
outcome = {{column = "status", codes = {{"302" = "ok", "401" = "failed"}}}}
device = "agent"

[[payment]]
from = "processor:processor"
join = {{p = {{from = "dump:pay", on = {{reference = "txn_ref"}}}}}}
payment = "reference"
account = {{join = "p", column = "member"}}
method = {{column = "funding", codes = {{"credit" = "card", "prepaid" = "card", "debit" = "bank"}}}}
amount = {{column = "amount", decimal = ","}}
currency = "currency"
card_bin = "first6"
card_last4 = "last4"
card_tok = "fingerprint"
iban = "iban"
prepaid = {{column = "funding", codes = {{"prepaid" = "true"}}, else = "false"}}
psp_ref = "reference"
payer_name = "payer_name"
payer_email = "payer_email"
billing_country = "billing_country"
billing_checked = {{column = "address_check", codes = {{"Y" = "confirmed", "N" = "failed"}}}}
status = {{column = "state", codes = {{"ok" = "ok", "failed" = "failed", "refunded" = "refunded"}}}}
chargeback = {{column = "dispute", when = "filled"}}
ts = {{column = "paid_at", form = "%m/%d/%Y %I:%M %p", zone = "America/New_York"}}

[[payment]]
from = "dump:pay"
where = {{kind = ["wallet", "voucher"]}}
payment = "txn_ref"
account = "member"
method = "kind"
amount = {{column = "cents", scale = 0.01}}
currency = "cur"
wallet = "wallet"
psp_ref = "txn_ref"
status = {{constant = "ok"}}
ts = {{column = "at", form = "iso"}}

[[media_event]]
from = "dump:acts"
event = "id"
account = "member"
media = "file"
kind = "kind"
ip = "ip"
ts = {{column = "at", form = "iso"}}

[[media_event]]
from = "dump:generations"
event = "id"
account = "member"
media = "file"
kind = {{constant = "generate"}}
ts = {{column = "at", form = "iso"}}

[[media_event]]
from = "fetched:downloads"
account = "u"
media = "f"
kind = {{constant = "download"}}
ip = "ip"
ts = {{column = "t", form = "unix ms"}}

[[media]]
from = "dump:files"
media = "id"
name = "name"
sha256 = "sha256"
md5 = "md5"
pdq = "pdq"
series_said = "album"
model = "model"
model_digest = "model_hash"

[[message_meta]]
from = "dump:pm"
message = "id"
from_account = "sender"
to_account = "receiver"
bytes = "size"
has_attachment = "has_file"
ts = {{column = "at", form = "iso"}}

[[message_meta]]
from = "mail:message"
join = {{m = {{from = "dump:members", on = {{to_address = "email"}}}}}}
message = "message_id"
to_account = {{join = "m", column = "id"}}
bytes = "bytes"
has_attachment = "has_attachment"
ts = {{column = "date", form = "%a, %d %b %Y %H:%M:%S %z", zone = "in the text"}}
"""
"""What the import of the site is given."""
