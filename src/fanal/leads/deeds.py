"""Joins the media of sites to contents of the case: by digest exactly, and by PDQ as a link.

A digest tells the same bytes. A PDQ hash within a radius tells that two pictures look alike
(Facebook, The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm, 2019): a link
that a person has to check, and it is called so everywhere.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.leads.calculator import Calculator

CODE = 32
"""Bytes of a PDQ hash."""
FEWEST_BITS, MOST_BITS = 100, 156
"""A PDQ hash compares 256 values with their median: about half of its bits are set. One with far
fewer or more is that of a flat picture, or none, and near to too much."""
DIGESTS = {"sha256": 64, "sha1": 40, "md5": 32}
"""Digest → hexadecimal characters, the strongest first."""
NEAR = "pdq"


def begin(calculator: Calculator) -> None:
    """Make one row of each medium of each site, and nothing joined yet."""
    digests = ", ".join(
        f"CASE WHEN regexp_full_match(lower(trim({name})), '[0-9a-f]{{{length}}}')"
        f" THEN lower(trim({name})) END AS {name}"
        for name, length in (*DIGESTS.items(), (NEAR, 2 * CODE))
    )
    calculator.run(
        f"""CREATE OR REPLACE TABLE deed_medium AS
        SELECT row_number() OVER (ORDER BY site, media) AS m, * FROM (
            SELECT DISTINCT ON (site, media) site, media, {digests}, nullif(series_said, '')
                AS series_said, model, model_digest, basis, src
            FROM media WHERE media IS NOT NULL ORDER BY site, media, src.artefact, src.ref)"""  # noqa: S608
    )
    calculator.run(
        "CREATE OR REPLACE TABLE deed_join (m BIGINT, sha256 VARCHAR, how VARCHAR, distance INT)"
    )


def join_digests(calculator: Calculator, items: Mapping[str, Sequence[str]]) -> None:
    """Join media to some contents of the case, whose columns are `sha256`, `sha1` and `md5`.

    The strongest digest that a medium has must agree, and none may disagree.
    """
    calculator.give("deed_item", items)
    for how in DIGESTS:
        agree = " AND ".join(
            f"(d.{name} IS NULL OR d.{name} = i.{name})" for name in DIGESTS if name != how
        )
        stronger = " AND ".join(f"d.{name} IS NULL" for name in _before(how)) or "true"
        calculator.run(
            f"""INSERT INTO deed_join SELECT d.m, min(i.sha256), '{how}', 0
            FROM deed_medium d JOIN deed_item i ON d.{how} = i.{how}
            WHERE {stronger} AND {agree} GROUP BY d.m"""  # noqa: S608
        )


def _before(how: str) -> list[str]:
    names = list(DIGESTS)
    return names[: names.index(how)]


def settle_digests(calculator: Calculator) -> None:
    """Keep one content of each medium, where a weak digest met several."""
    calculator.run(
        """CREATE OR REPLACE TABLE deed_join AS
        SELECT m, min(sha256) AS sha256, min(how) AS how, min(distance) AS distance
        FROM deed_join GROUP BY m"""
    )


def codes(calculator: Calculator) -> NDArray[np.uint8]:
    """Return the different PDQ hashes of media that no digest joined, as rows of 32 bytes."""
    found = calculator.columns(
        """SELECT DISTINCT d.pdq FROM deed_medium d ANTI JOIN deed_join j ON d.m = j.m
        WHERE d.pdq IS NOT NULL ORDER BY d.pdq"""
    )["pdq"]
    spelled = "".join(str(one) for one in found.tolist())
    every = np.frombuffer(bytes.fromhex(spelled), np.uint8).reshape(-1, CODE)
    bits = np.bitwise_count(every).sum(axis=1, dtype=np.int64)
    good: NDArray[np.uint8] = every[(bits >= FEWEST_BITS) & (bits <= MOST_BITS)]
    return good


def join_near(
    calculator: Calculator,
    asked: NDArray[np.uint8],
    contents: Sequence[str],
    distances: NDArray[np.int32],
) -> None:
    """Join media whose hash is near to that of a content: hash, content and distance, row by row.

    The nearest content counts; of equally near ones the smallest SHA-256.
    """
    spelled = [one.tobytes().hex() for one in asked]
    calculator.give("deed_near", {"pdq": spelled, "sha256": contents, "distance": distances})
    calculator.run(
        """INSERT INTO deed_join SELECT d.m, n.best.s, 'pdq', n.best.d FROM deed_medium d
        ANTI JOIN deed_join j ON d.m = j.m JOIN (
            SELECT pdq, min({'d': distance::INT, 's': sha256}) AS best FROM deed_near GROUP BY pdq
        ) n ON n.pdq = d.pdq"""
    )


def joined(calculator: Calculator) -> list[str]:
    """Return the contents of the case that media are joined to."""
    rows = calculator.rows("SELECT DISTINCT sha256 FROM deed_join ORDER BY sha256")
    return [sha256 for (sha256,) in rows]


def give_contents(calculator: Calculator, columns: Mapping[str, Sequence[Any]]) -> None:
    """Take what the case says of them: `sha256`, `series`, `origin`, `victim` and `basis`."""
    calculator.give("deed_content", columns)


def give_places(calculator: Calculator, columns: Mapping[str, Sequence[str]]) -> None:
    """Take which exhibit holds which of them: `sha256` and `exhibit`, each pair once."""
    calculator.give("deed_exhibit", columns)


def models_said(calculator: Calculator) -> list[tuple[str, str]]:
    """Return each name and digest of a model that a site says that it generated with."""
    rows = calculator.rows(
        """SELECT DISTINCT coalesce(model, ''), coalesce(model_digest, '') FROM deed_medium
        WHERE model IS NOT NULL OR model_digest IS NOT NULL ORDER BY ALL"""
    )
    return [(str(name), str(digest)) for name, digest in rows]


def give_models(
    calculator: Calculator,
    by_content: Mapping[str, Sequence[str]],
    by_site: Mapping[str, Sequence[str]],
    places: Mapping[str, Sequence[str]],
) -> None:
    """Take which model files of the case are named, and where they lie.

    `by_content`: `sha256` of a picture, `model` (SHA-256 of the file) and `grade`; `by_site`:
    `name` and `digest` as a site says them, `model` and `grade`; `places`: `model` and `exhibit`.
    """
    calculator.give("deed_model_content", by_content)
    calculator.give("deed_model_site", by_site)
    calculator.give("deed_model_place", places)


def give_owners(calculator: Calculator, columns: Mapping[str, Sequence[str]]) -> None:
    """Take whose exhibit one is, as a person says: `site`, `account`, `exhibit` and `says`."""
    calculator.give("deed_owner", columns)
