"""What was read of a site, for people: its files, tables, what was refused, what was assumed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fanal.model.site import Dataset
from fanal.pipeline.facts import printable
from fanal.stores.interface import CaseStore


@dataclass(frozen=True, slots=True)
class SiteTold:
    """One site of the case."""

    name: str
    by: str
    when: str
    facts: Mapping[str, Any]

    @property
    def tables(self) -> Mapping[str, int]:
        """Return each canonical table and its rows."""
        told: Mapping[str, int] = self.facts["tables"]
        return told

    def summary(self) -> Iterator[str]:
        """Yield what must not be overlooked, a line each."""
        refused = sum(each["rows"] for each in self.facts["refused"])
        values = sum(each["rows"] for each in self.facts["values"])
        if refused or values:
            yield f"not taken: {refused:,} rows and {values:,} values; see: fanal leads sites"
        yield from (f"doubtful: {printable(each)}" for each in self.facts["doubts"])
        if not any(each["offset_s"] is not None for each in self.facts["clocks"]):
            yield "nobody measured the clock of this site; a request for subscribers has to say so"

    def lines(self) -> Iterator[str]:
        """Yield all of it, as text."""
        yield f"site {printable(self.name)}, imported by {printable(self.by)} at {self.when}"
        for number, each in enumerate(self.facts["artefacts"]):
            yield from _artefact(each, self.facts["clocks"][number])
        for each in self.facts["sources"]:
            aside = f", {each['not_asked']:,} left by its where" if each["not_asked"] else ""
            yield (
                f"  {each['into']} from {_from(each)}: {each['taken']:,} of {each['rows']:,} rows"
                f" taken{aside}"
            )
        for each in self.facts["zones"]:
            yield f"  zone of {each['into']}.{each['column']} from {_from(each)}: {each['says']}"
        if self.facts["zone_rules"]:
            yield f"  rules of zones: tz database {printable(self.facts['zone_rules'])}"
        for each in self.facts["refused"]:
            what = each["into"] or "file"
            yield f"  refused, {what}, {_from(each)}: {each['rows']:,} rows: {_why(each)}"
        for each in self.facts["values"]:
            at = f"{each['into']}.{each['column']}"
            yield f"  not taken, {at}, {_from(each)}: {each['rows']:,} values: {_why(each)}"
        yield from (f"  doubtful: {printable(each)}" for each in self.facts["doubts"])


def sites(store: CaseStore) -> list[SiteTold]:
    """Return the sites of the case, by name."""
    return [told_of(each) for each in store.find(Dataset, kind="site", order=("name",))]


def told_of(dataset: Dataset) -> SiteTold:
    """Return one site."""
    return SiteTold(dataset.name, dataset.by, dataset.when, dataset.facts)


def _artefact(told: Mapping[str, Any], clock: Mapping[str, Any]) -> Iterator[str]:
    taken = f", seized {printable(told['seized_at'])}" if told["seized_at"] else ""
    by = f" by {printable(told['handler'])}" if told["handler"] else ""
    yield (
        f"  {told['name']}: {printable(told['path'])}, {told['size']:,} bytes, read as"
        f" {told['reader']}{taken}{by}"
    )
    yield f"    SHA-256 {told['sha256']}"
    tables = ", ".join(f"{printable(name)} {rows:,}" for name, rows in told["tables"].items())
    yield f"    rows: {tables or 'none'}"
    yield f"    clock: {_clock(clock)}"
    yield from (f"    note: {printable(note)}" for note in told["notes"])


def _clock(told: Mapping[str, Any]) -> str:
    offset = told["offset_s"]
    if offset is None:
        return "nobody measured it"
    where = (
        "the same as"
        if not offset
        else f"{abs(offset):g} s {'ahead of' if offset > 0 else 'behind'}"
    )
    at = f" at {printable(told['at'])}" if told["at"] else ""
    return (
        f"{where} UTC, measured by {printable(told['by'])}{at}; times are kept as they were shown"
    )


def _from(told: Mapping[str, Any]) -> str:
    return f"{told['artefact']}:{printable(told['table'])}"


def _why(told: Mapping[str, Any]) -> str:
    some = ", ".join(
        f"{each['ref']}" + (f" ({printable(each['shown'])[:60]})" if each.get("shown") else "")
        for each in told["examples"]
    )
    return f"{printable(told['reason'])}; at byte {some}"
