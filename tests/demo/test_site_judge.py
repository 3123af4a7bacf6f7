"""The judge of the site's leads says what is wrong with them, whichever way it is wrong."""

import json
from dataclasses import replace

import pytest

from fanal.demo.site_judge import judge_site, leaves_as_suspect
from fanal.demo.site_told import facts, lines, rows, wrongs
from fanal.demo.site_truth import SiteTruth, StolenCard, TruePerson, read_site_truth
from fanal.errors import UsageError
from fanal.leads.rows import LeadRow
from fanal.model.lead import Account, Country, Deed, Flag, Identifier, Lead, Ref

REF = Ref("zz-site", "dump", "members", 0, 10)
CAME = Deed("came", "", 3, "", "", "zz", (REF,))


def person(name, accounts, country="DE", **more) -> TruePerson:
    told = {
        "kind": "member",
        "shown": dict.fromkeys(accounts, ("phone",)),
        "days": {},
        "ties": (),
        "came": True,
        "minor": False,
        "lost": (),
        "habit": "home",
        "exhibits": (),
        **more,
    }
    return TruePerson(name, country=country, accounts=tuple(accounts), **told)


OWNER = StolenCard(
    "9", "owner's name", "AT", "Zz Owner", "zz.o@zz-mail.example", "+4366000001", charged_back=True
)
TIES = (("1", "2", "phone"), ("2", "3", "addresses"), ("3", "4", "recovery"))
TRUTH = SiteTruth(
    {},
    (
        person("zz-p-1", "1234", ties=TIES),
        person("zz-p-2", "5", "FR"),
        person("zz-p-3", "6", "PL", shown={}),
        person("zz-p-4", "9", "SE", kind="thief", shown={}, habit="tor"),
        person("zz-p-5", "8", "NL", came=False),
        person("zz-p-6", ["b1"], kind="bot", shown={}),
        person("zz-p-7", ["b2"], kind="bot", shown={}),
    ),
    (OWNER,),
)
RIGHT = {
    "L-1": ("1234", "DE"),
    "L-5": ("5", "FR"),
    "L-6": ("6", ""),
    "L-9": ("9", ""),
    "L-8": ("8", "NL"),
}


class Book:
    """Leads as they are told, no more."""

    def __init__(self, told=None, **leads):
        self.told = {
            name: (accounts, countries) for name, (accounts, countries) in (told or RIGHT).items()
        }
        self.leads = leads

    def accounts(self):
        return [
            ("zz-site", account, name)
            for name, (accounts, _) in self.told.items()
            for account in accounts
        ]

    def page(self, *, count):
        assert count == 0
        return [self.row(name) for name in self.told]

    def row(self, name) -> LeadRow:
        accounts, countries = self.told[name]
        codes, level = countries.lstrip("?").split(), "strong"
        if countries.startswith("?") or not codes:
            level = "unassigned"
        named = tuple(Country(code, len(codes) > 1 or "?" in countries) for code in codes)
        category = self.lead(name).category
        return LeadRow(name, level, named, category, (), {}, "", "", len(accounts), "zz")

    def lead(self, name, /):
        if name in self.leads:
            return self.leads[name]
        return lead(name, self.told[name][0])

    def with_identifier(self, kind, value, /):
        return [
            name
            for name in self.told
            if any((one.kind, one.value) == (kind, value) for one in self.lead(name).identifiers)
        ]


def lead(name, accounts="1", category="uncategorised", identifiers=(), flags=()) -> Lead:
    told = tuple(Account("zz-site", one, "zz", "", "", REF) for one in accounts)
    return Lead(name, told, identifiers, (CAME,), "strong", (), (), category, "", flags, (), "", "")


def verdict(told=None, truth=TRUTH, **leads):
    return judge_site(Book(told, **{name.replace("_", "-"): one for name, one in leads.items()}),
                      truth, "zz-site")  # fmt: skip


def test_right_leads_are_right():
    told = verdict()
    assert (told.pairs.true, told.pairs.found, told.pairs.right) == (6, 6, 6)
    assert (told.pairs.precision, told.pairs.recall) == (1.0, 1.0)
    assert (told.pairs.tied, told.pairs.tied_found) == (2, 2)  # 1-2 and 3-4
    assert (told.edges.true, told.edges.told, told.edges.right) == (8, 8, 8)
    assert {name: count for name, count in told.countries.items() if count} == {
        "named alone": 3,
        "unassigned, and no row tells": 2,
    }
    assert told.placed == 1.0
    assert told.safe
    assert (told.leads, told.suspects) == (5, 0)
    assert not list(wrongs(told))


def test_accounts_of_strangers_put_together_lower_the_precision():
    told = verdict({**RIGHT, "L-1": ("12345", "DE"), "L-5": ("", "FR")})
    assert told.pairs.found == 10
    assert told.pairs.precision == 6 / 10
    assert told.pairs.recall == 1.0
    assert (told.edges.precision, told.edges.recall) == (7 / 8, 7 / 8)


def test_accounts_left_apart_lower_the_recall():
    told = verdict({**RIGHT, "L-1": ("12", "DE"), "L-3": ("34", "DE")})
    assert (told.pairs.precision, told.pairs.recall) == (1.0, 2 / 6)
    assert told.pairs.tied_found == told.pairs.tied == 2
    assert (told.edges.precision, told.edges.recall) == (1.0, 6 / 8)
    told = verdict({**RIGHT, "L-1": ("1", "DE"), "L-2": ("2", "DE"), "L-3": ("34", "DE")})
    assert told.pairs.tied_found == 1


def test_a_lost_account_is_nobodys_fault():
    people = (replace(TRUTH.people[0], lost=("4",)), *TRUTH.people[1:])
    told = verdict({**RIGHT, "L-1": ("123", "DE")}, SiteTruth({}, people, TRUTH.stolen))
    assert (told.pairs.true, told.pairs.recall) == (3, 1.0)


def test_two_programs_are_no_pair_but_a_program_and_a_person_are_wrong():
    told = verdict({**RIGHT, "L-b": (["b1", "b2"], "")})
    assert told.pairs.found == 6
    assert told.not_judged == 1
    told = verdict({**RIGHT, "L-5": (["5", "b1"], "FR")})
    assert (told.pairs.found, told.pairs.right) == (7, 6)
    assert (told.edges.told, told.edges.right) == (9, 8)


def test_a_lead_is_matched_with_one_person_and_a_person_with_one_lead():
    told = verdict({"L-1": ("125", "DE"), "L-3": ("346", "DE"), "L-9": ("89", "")})
    # 1 and 2 are matched with the first person, so 3 and 4 are not; 6 is the third's; 8 or 9
    assert told.edges.right == 2 + 1 + 1
    assert told.edges.told == 3 + 3 + 2


@pytest.mark.parametrize(
    ("lead", "countries", "outcome"),
    [
        ("L-5", "FR", "named alone"),
        ("L-5", "FR BE", "contested, the true one among them"),
        ("L-5", "BE", "wrong, told as sure"),
        ("L-5", "BE NL", "wrong, told as possible"),
        ("L-5", "", "unassigned, though rows tell"),
        ("L-5", "?FR", "unassigned, the true one told as possible"),
        ("L-5", "?BE", "wrong, told as possible"),
        ("L-6", "", "unassigned, and no row tells"),
        ("L-6", "CZ", "wrong, told as sure"),
        ("L-6", "PL", "named alone"),
        ("L-9", "AT", "wrong, told as sure"),
    ],
)
def test_countries_are_held_against_where_people_live(lead, countries, outcome):
    told = verdict({**RIGHT, lead: (RIGHT[lead][0], countries)})
    right = verdict()
    before, after = dict(right.countries), dict(told.countries)
    before[outcome_of_right(lead)] -= 1
    before[outcome] += 1
    assert before == after
    good = not outcome.startswith("wrong") and outcome != "unassigned, though rows tell"
    assert (told.placed == 1.0) == good
    assert bool(told.missed) != good


def outcome_of_right(lead):
    return "named alone" if RIGHT[lead][1] else "unassigned, and no row tells"


def test_leads_are_counted_country_by_country():
    told = verdict({**RIGHT, "L-5": ("5", "FR BE")})
    assert told.by_country["FR"] == (1, 0, 1)
    assert told.by_country["BE"] == (0, 0, 1)
    assert told.by_country["DE"] == (1, 1, 0)
    assert told.by_country["SE"] == (1, 0, 0)


def owner_of(kind="email", value=OWNER.email, of="account") -> Identifier:
    return Identifier(kind, value, value, of == "account", of, 0, REF)


@pytest.mark.parametrize(
    ("accounts", "category", "identifiers", "flags", "accused"),
    [
        ("9", "suspect", (), (), True),
        ("9", "uncategorised", (), (), False),
        ("9", "suspect", (), ("payment only",), False),
        ("9", "suspect", (), ("chargeback",), False),
        ("9", "suspect", (), ("possible minor",), False),
    ],
)
def test_an_account_in_the_owners_name_accuses_the_owner(
    accounts, category, identifiers, flags, accused
):
    one = lead("L-9", accounts, category, identifiers, tuple(Flag(code, code) for code in flags))
    told = verdict(L_9=one)
    assert told.accused == (("L-9",) if accused else ())
    assert told.safe != accused
    assert leaves_as_suspect(one) == accused
    assert len(list(wrongs(told))) == accused


@pytest.mark.parametrize(
    ("identifier", "accused"),
    [
        (owner_of(), True),
        (owner_of("phone", OWNER.phone), True),
        (owner_of(of="payer"), False),
        (owner_of(value="zz.other@zz-mail.example"), False),
    ],
)
def test_the_thiefs_lead_must_not_show_the_owner_as_its_person(identifier, accused):
    truth = SiteTruth({}, TRUTH.people, (replace(OWNER, way="thief's account"),))
    told = verdict(truth=truth, L_9=lead("L-9", "9", "suspect", (identifier,)))
    assert told.accused == (("L-9",) if accused else ())


def test_an_owner_in_somebody_elses_lead_is_seen_too():
    told = verdict(L_5=lead("L-5", "5", "suspect", (owner_of(),)))
    assert told.accused == ("L-5",)


def test_who_only_paid_must_not_be_a_suspect():
    told = verdict(L_8=lead("L-8", "8", "suspect"))
    assert told.suspects == 1
    assert told.buyers == ("L-8",)
    assert not told.safe
    assert list(wrongs(told)) == ["ACCUSED: nobody of L-8 ever came"]


def test_a_minor_must_not_leave_among_adults():
    people = (replace(TRUTH.people[0], minor=True), *TRUTH.people[1:])
    truth = SiteTruth({}, people, TRUTH.stolen)
    told = verdict(truth=truth, L_1=lead("L-1", "1234", "suspect"))
    assert told.minors == ("L-1",)
    assert not told.safe
    assert list(wrongs(told)) == ["AMONG ADULTS: L-1 says that it is a minor's"]
    flagged = lead("L-1", "1234", "suspect", flags=(Flag("possible minor", "zz"),))
    assert verdict(truth=truth, L_1=flagged).safe
    assert verdict(truth=truth, L_5=lead("L-5", "5", "suspect")).safe


def test_who_never_came_and_is_joined_to_a_suspect_is_counted():
    joined = {**RIGHT, "L-5": ("58", "FR"), "L-8": ("", "")}
    told = verdict(joined, L_5=lead("L-5", "58", "suspect"))
    assert told.buyers == ()
    assert (told.drawn_in, verdict(joined).drawn_in, verdict().drawn_in) == (1, 0, 0)
    assert told.pairs.precision < 1


def test_an_empty_book_finds_nothing():
    told = judge_site(Book({"L-x": ("", "")}), TRUTH, "zz-site")
    assert (told.pairs.found, told.pairs.recall) == (0, 0.0)
    assert sum(told.countries.values()) == 0


def test_it_is_told_for_people_and_for_programs():
    told = verdict({**RIGHT, "L-1": ("12345", "DE"), "L-5": ("", "FR")})
    text = "\n".join(lines(told))
    assert "precision 0.875 (hoped for 0.99), recall 0.875 (0.9); 7 right of 8 told" in text
    assert "precision 0.600, recall 1.000; 6 of 6 true pairs" in text
    assert "recall 1.000, 2 of 2" in text
    assert "owners of 1 stolen cards exported as suspects: 0" in text
    assert json.loads(json.dumps(facts(told)))["pair_precision"] == 0.6
    head, *table = rows(verdict())
    assert head[0] == "country"
    assert ("DE", "1", "1", "0") in table


@pytest.mark.parametrize("text", ["", "[]\n", '{"version":99}\n', '{"version":1}\n{"person":1}\n'])
def test_what_is_no_truth_is_refused(tmp_path, text):
    path = tmp_path / "zz.jsonl"
    path.write_text(text)
    with pytest.raises(UsageError):
        read_site_truth(path)
