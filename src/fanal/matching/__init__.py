"""Finds items again in known lists: by digest, and by perceptual hash within a distance."""

from fanal.matching.build import Built, build_list
from fanal.matching.hits import Hits, NearHit, NearHits
from fanal.matching.near import NearIndex
from fanal.matching.near_build import build_near
from fanal.matching.pairs import TURNED_RADIUS, Pairs, near_pairs
from fanal.matching.shelf import ExactHit, OpenList, Probe

__all__ = [
    "TURNED_RADIUS",
    "Built",
    "ExactHit",
    "Hits",
    "NearHit",
    "NearHits",
    "NearIndex",
    "OpenList",
    "Pairs",
    "Probe",
    "build_list",
    "build_near",
    "near_pairs",
]
