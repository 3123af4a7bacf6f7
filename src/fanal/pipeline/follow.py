"""Makes anew what follows from the facts of a case, from their weight down to the queue."""

from fanal.pipeline.group import group
from fanal.pipeline.link import link_all
from fanal.pipeline.order import order
from fanal.pipeline.progress import Progress
from fanal.pipeline.weigh import weigh_all
from fanal.settings import Settings
from fanal.stores.interface import CaseStore


def follow(store: CaseStore, settings: Settings, actor: str, progress: Progress) -> None:
    """Weigh, link, group and order, each only where what it hangs on has changed."""
    weigh_all(store, settings, actor, progress)
    link_all(store, settings, actor, progress)
    group(store, actor, progress)
    order(store, actor, progress, settings.blind)
