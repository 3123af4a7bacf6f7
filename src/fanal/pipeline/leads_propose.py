"""Makes proposals of accounts that may be one person's, and keeps them beside the leads."""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from fanal.errors import UsageError
from fanal.leads.calculator import Calculator
from fanal.leads.fraud import find_payers
from fanal.leads.opening import open_sites
from fanal.leads.persons import find_persons
from fanal.leads.proposals import LEAST, propose
from fanal.model.lead import Joined
from fanal.model.site import Dataset
from fanal.pipeline.case import actor, writing
from fanal.pipeline.leads import DATASETS, RULES, SITE, inputs_of, latest
from fanal.pipeline.leads_join import verdicts_of
from fanal.pipeline.progress import Progress
from fanal.settings import Settings
from fanal.stores.interface import CaseStore, Where

PROPOSALS, FILE = "proposals", "proposals.jsonl"


def make(case: Where, settings: Settings, progress: Progress, least: float = LEAST) -> list[Joined]:
    """Weigh pairs of accounts of the case and keep those that are proposed."""
    with writing(case, settings) as store:
        sites = latest(store, SITE)
        if not sites:
            raise UsageError(
                "the case has no seized site", "import one first: fanal leads import MAPPING"
            )
        folders = {
            name: store.files(f"{DATASETS}/{one.folder}", one.files) for name, one in sites.items()
        }
        scratch = store.folder / DATASETS / ".proposing"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True, mode=0o700)
        try:
            with Calculator(scratch, *folders.values(), threads=1) as calculator:
                progress.step("putting accounts together")
                open_sites(calculator, folders)
                find_payers(calculator)
                find_persons(calculator, store.case_id, verdicts_of(store))
                progress.step("weighing pairs of accounts")
                made = propose(calculator, least)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        _keep(store, settings, made, least)
        return made


def made_before(store: CaseStore) -> list[Joined]:
    """Return the proposals that were made last; none where none were."""
    last = latest(store, PROPOSALS).get(PROPOSALS)
    if last is None:
        return []
    folder = store.files(f"{DATASETS}/{last.folder}", last.files)
    lines = (folder / FILE).read_text("utf-8").splitlines()
    return [Joined(**{**json.loads(line), "refs": ()}) for line in lines]


def _keep(store: CaseStore, settings: Settings, made: Sequence[Joined], least: float) -> None:
    text = "".join(json.dumps(asdict(one), ensure_ascii=True) + "\n" for one in made)
    digest = hashlib.sha256(text.encode()).hexdigest()
    folder = f"{PROPOSALS}-{digest[:12]}"
    home = store.folder / DATASETS / folder
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / FILE).write_text(text, "utf-8")
    files = {FILE: digest}
    store.keep_files(f"{DATASETS}/{folder}", files)
    facts = {"pairs": len(made), "least": least, "inputs": inputs_of(store)}
    when = datetime.now(UTC).isoformat(timespec="seconds")
    dataset = Dataset(
        *(PROPOSALS, PROPOSALS, "", digest, f"rules {RULES}", facts, folder, files),
        *(actor(settings), when),
    )
    with store.act(actor(settings), "propose joins", pairs=len(made), least=least) as act:
        act.drop(Dataset, kind=PROPOSALS)
        act.put([dataset])
    for old in (store.folder / DATASETS).glob(f"{PROPOSALS}-*"):
        if old.name != folder:
            shutil.rmtree(old, ignore_errors=True)
