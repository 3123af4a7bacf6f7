"""FAMILY: where the same work can run; one file and one line here to add a part."""

from collections.abc import Callable

from fanal.engines.interface import Engine
from fanal.registry import Registry
from fanal.settings import Settings

ENGINES: Registry[Callable[[Settings], Engine]] = Registry(
    "fanal.engines",
    {
        "inline": "fanal.engines.inline:Inline",
        "pool": "fanal.engines.pool:Pool",
        "cluster": "fanal.engines.cluster:Cluster",
    },
)
