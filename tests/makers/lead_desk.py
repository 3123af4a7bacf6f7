"""Accounts of a resolved site on a desk: a wallet joins some, one paid and no more."""

from fanal.model.site import Dataset
from fanal.pipeline.assess import TIER, assess
from fanal.pipeline.leads import book, resolve_in
from fanal.pipeline.package_build import Wanted, build
from fanal.pipeline.progress import Silent
from fanal.pipeline.recipients import New, add
from fanal.pipeline.said import Said
from fanal.settings import Settings
from makers.canonical_site import account, add_site, login, payment
from makers.packages import public

ANNA = Said("zz-test-0001", "Anna", "zz-anna")
WALLET = "bc1qzz0000000000000000000000000000000zz"


def resolved(desk):
    """Return the leads of four accounts of one site; resolve it where it was not."""
    if not desk.store.count(Dataset, kind="leads"):
        _resolve(desk.store)
    with book(desk.store) as known:
        return [known.of_account("zz-site", name) for name in "1234"]


def _resolve(store):
    phone = {"phone_raw": "20 12 34 56", "phone_region": "DK", "phone_confirmed": True}
    accounts = [
        account("1", phone="+4520123456", **phone),
        account("2"),
        account("3", username="zz-payer"),
        account("4", phone="+4520123457", **phone),
    ]
    days = ("2024-03-01 10:00:00", "2024-03-02 10:00:00", "2024-03-05 09:00:00")
    logins = [login(name, day, f"240.0.0.{name}") for name in "124" for day in days]
    payments = [payment(name, days[0], payment=f"p{name}", wallet=WALLET) for name in "12"]
    payments.append(payment("3", days[1], payment="p3"))
    add_site(store, "zz-site", account=accounts, login=logins, payment=payments)
    resolve_in(store, Settings(), Silent())


def ready(desk):
    """Resolve, and make one lead of Denmark ready to leave; return its id."""
    name = resolved(desk)[3]
    add(desk.store, ANNA, New("ZZ Receiver", "DK", public()))
    assess(desk.store, ANNA, TIER, name, "tier 2")
    return name


def drafted(desk):
    """Draft a package of that lead, too; return its id."""
    wanted = Wanted("DK", "ZZ Receiver", (ready(desk),), "ZZ Sender")
    with book(desk.store) as known:
        return build(desk.store, desk.settings, ANNA, wanted, known).package.id
