"""Reads the made-up site into a case as people would: its tables of addresses, its files, leads."""

from fanal.demo.site import Site
from fanal.demo.site_cast import NAME
from fanal.demo.site_judge import SiteVerdict, judge_site
from fanal.demo.site_truth import read_site_truth
from fanal.leads.naming import lead_id
from fanal.model.lead import Assessment
from fanal.pipeline import addresses, assess
from fanal.pipeline.case import actor
from fanal.pipeline.leads import book, resolve_in
from fanal.pipeline.progress import Progress
from fanal.pipeline.said import Said
from fanal.pipeline.site_import import Asked, import_site
from fanal.settings import Settings
from fanal.stores.interface import CaseStore

LICENCE = "made up"


def run_site(store: CaseStore, told: Settings, site: Site, progress: Progress) -> None:
    """Import the site and its tables of addresses, say whose exhibits are, resolve the leads."""
    for path, kind, day in site.tables:
        given = addresses.AddressFile(path, kind, day, path.stem, LICENCE)
        if given.name not in addresses.datasets(store):
            addresses.add(store, actor(told), given, progress)
    progress.step("importing the site")
    _say_whose(store, site)
    import_site(store, told, Asked(site.mapping, again=True), progress)
    resolve_in(store, told, progress)


def _say_whose(store: CaseStore, site: Site) -> None:
    """Say whose each exhibit is, as whoever seized it would, unless that was said before."""
    if next(store.find(Assessment, kind=assess.EXHIBIT), None) is not None:
        return
    there = assess.exhibits(store)
    said = Said("it was seized at this person's home (made up)", "Zz Examiner", "zz-examiner")
    words = [
        assess.made(said, assess.EXHIBIT, lead_id(store.case_id, *of), assess.THEIRS, more)
        for person in read_site_truth(site.truth).people
        for exhibit in person.exhibits
        for of in [(NAME, min(person.accounts))]
        for more in [assess.Further(exhibit, data={"accounts": ["/".join(of)]})]
        if exhibit in there
    ]
    if words:
        assess.write(store, said, words)


def verdict_of(store: CaseStore, site: Site) -> SiteVerdict:
    """Return how the leads of a case stand against the truth of its site."""
    with book(store) as leads:
        return judge_site(leads, read_site_truth(site.truth), NAME)
