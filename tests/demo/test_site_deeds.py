"""Accounts of the made-up site are used as they are: who only pays never comes, and so on."""

import pytest

from fanal.demo.site_accounts import Opening
from fanal.demo.site_cast import BEGAN, ENDED, Content, World
from fanal.demo.site_deeds import KINDS, PRICES, Life, albums

KNOWN = tuple(Content(f"{n:064x}", f"{n:032x}", "", "zz-album-k") for n in range(9))
WORLD = World(900, 4, KNOWN, ())


@pytest.fixture(scope="module")
def opening():
    opening = Opening(WORLD)
    opening.open_all()
    return opening


@pytest.fixture(scope="module")
def life(opening):
    life = Life(WORLD, albums(WORLD))
    life.live(opening.accounts)
    return life


def test_who_only_pays_never_comes_and_who_is_idle_comes_once_at_most(opening, life):
    came: dict[int, int] = {}
    for login in life.logins:
        came[login.account] = came.get(login.account, 0) + 1
    for account in opening.accounts:
        if account.standing == "buyer":
            assert account.id not in came
        elif account.standing == "idle":
            assert came.get(account.id, 0) <= 1
        else:
            assert came[account.id] >= 1


def test_nothing_is_done_without_a_login_that_succeeded(life):
    done = {login.account for login in life.logins if login.done}
    assert {act.account for act in life.acts} <= done
    assert {act.kind for act in life.acts} == set(KINDS)
    assert all(0 <= act.file < len(life.media) for act in life.acts)


def test_all_of_it_happens_while_the_site_is_there(opening, life):
    created = {account.id: account.created for account in opening.accounts}
    for login in life.logins:
        assert BEGAN <= created[login.account] < login.when <= ENDED
    for paid in life.payments:
        assert created[paid.account.id] < paid.when <= ENDED


def test_a_payment_shows_the_payer_whoever_has_the_account(life):
    for paid in life.payments:
        person, payer = paid.account.person, paid.account.payer
        assert paid.cents in PRICES
        assert [
            bool(paid.card),
            bool(paid.iban),
            bool(paid.wallet),
            paid.method == "voucher",
        ].count(True) == 1
        if paid.card:
            assert paid.card == (payer.card if payer else person.card)
            assert paid.name == (payer.name if payer else person.name)
        if payer and payer.stolen:
            assert paid.card == payer.card != person.card
            assert paid.back == payer.charged_back
    assert any(paid.account.payer and not paid.account.payer.stolen for paid in life.payments)


def test_what_an_account_tells_of_a_country_is_never_the_owners_of_a_stolen_card(opening, life):
    assert life.payments
    for account in opening.accounts:
        if account.payer and account.payer.stolen:
            assert not account.shown & {"billing country", "bank account", "phone"}
        if account.days:
            assert account.person.habit not in {"tor", "vpn", "hosting"}


def test_the_site_has_files_of_the_case_and_files_of_its_own():
    media = albums(WORLD)
    assert set(KNOWN) <= set(media)
    assert len(media) == len({one.sha256 for one in media}) >= 69
