"""Lists what is kept longer than a policy says, and erases it when told to."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from fanal.cli.common import case_option, json_option, print_json, print_table, settings
from fanal.cli.package_common import who
from fanal.errors import UsageError
from fanal.pipeline import retention as keeping
from fanal.pipeline.case import reading, writing
from fanal.pipeline.facts import printable
from fanal.pipeline.retention_policy import NONE, Policies, parse
from fanal.stores.interface import CaseStore, Where


@click.command()
@case_option
@click.option(
    "--policy", type=click.Path(path_type=Path), metavar="FILE", help="TOML file of policies."
)
@click.option("--reviewed", default="", metavar="WHAT", help="Write that it is still needed.")
@click.option("--erase", multiple=True, metavar="WHAT", help="Erase this; repeatable.")
@click.option("--overdue", is_flag=True, help="Erase all that is overdue.")
@click.option(
    "--certificate", type=click.Path(path_type=Path), metavar="FILE", help="Goes with an erasure."
)
@click.option("--reason", default="", metavar="TEXT", help="Why; needed to review and to erase.")
@click.option("--by", default="", metavar="NAME", help="Who acts (default: setting actor).")
@json_option
def retention(  # noqa: PLR0913, PLR0917 (what, by whom, and why)
    case: Where,
    policy: Path | None,
    reviewed: str,
    erase: tuple[str, ...],
    overdue: bool,  # noqa: FBT001
    certificate: Path | None,
    reason: str,
    by: str,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Show what the case keeps of persons, until when a policy lets it, and what is overdue.

    Nothing is erased unless you say so. To erase a site erases all leads, and the copies of
    packages on this machine, too. There is no policy where you write none.
    """
    told, policies = settings(), _policies(policy)
    if reviewed and (erase or overdue):
        raise UsageError("either something is still needed or it is erased", "say one of both")
    if reviewed:
        with writing(case, told, run=False) as store:
            keeping.reviewed(store, who(told, reason, by), reviewed)
    elif erase or overdue:
        if certificate is None:
            raise UsageError("an erasure has a certificate", "say where: --certificate FILE")
        with writing(case, told, run=False) as store:
            late = [one.kept.what for one in _due(store, policies) if one.is_overdue]
            what = (*erase, *(late if overdue else ()))
            wanted = keeping.Erasing(what, certificate, policies)
            done = keeping.erase(store, told, who(told, reason, by), wanted)
        for one in done:
            click.echo(printable(f"erased: {one.what}"), err=as_json)
        for says in keeping.not_erased(certificate):
            click.echo(printable(f"look at it: {says}"), err=True)
    with reading(case, told) as store:
        _print(store, policies, as_json=as_json)


def _policies(path: Path | None) -> Policies:
    if path is None:
        return NONE
    try:
        return parse(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", "name a file") from error


def _due(store: CaseStore, policies: Policies) -> list[keeping.Due]:
    return keeping.due(store, policies, datetime.now(UTC).date())


def _print(store: CaseStore, policies: Policies, *, as_json: bool) -> None:
    found = _due(store, policies)
    covered = {one.kept.what for one in found}
    rest = [one for one in keeping.kept(store) if one.what not in covered]
    if as_json:
        for one in found:
            print_json(asdict(one))
        for other in rest:
            print_json({"kept": asdict(other), "policy": None})
        return
    rows = [
        (
            printable(one.kept.what),
            one.kept.since,
            printable(one.policy),
            one.until,
            "overdue" if one.is_overdue else "review" if one.is_review_due else "",
        )
        for one in found
    ]
    rows += [(printable(other.what), other.since, "no policy", "-", "") for other in rest]
    print_table([("what", "since", "policy", "until", "is"), *rows])
