"""Answers requests for pictures clearer than a mosaic: by POST only, recorded before they leave."""

from typing import Any

from starlette.responses import Response

from fanal.content.media import is_video
from fanal.model.item import Item
from fanal.pipeline.mosaics import frames as mosaics_of
from fanal.pipeline.reveal import NotShown, Reveals, Wanted
from fanal.review.ladder import ASKED, area_of
from fanal.review.tiles import tile
from fanal.web.asked import Asked, Refused, Way, as_json
from fanal.web.desk import Desk
from fanal.web.numbers import item_of

MOST_FRAMES = 10_000_000
LONGEST = 86_400_000
"""Milliseconds that a picture can have been shown."""


def reveals(desk: Desk) -> Reveals:
    """Return what shows pictures of the desk's case, to be asked for by `desk.of(reveals)`."""
    made = Reveals.of(desk.store, desk.settings, desk.engine, desk.clock)
    if desk.engine.name != "inline":
        made.warm()
    return made


def reveal(asked: Asked) -> Response:
    """Return a picture at a level; a request that is sent again is shown and recorded again."""
    sha256 = item_of(asked, asked.told.get("item"))
    level = asked.number("level", ASKED[0], ASKED[-1], 0)
    frame = asked.number("frame", 0, MOST_FRAMES, 0)
    try:
        area = area_of(asked.told.get("area"), level)
    except ValueError as why:
        raise Refused(400, str(why)) from None
    wanted = Wanted(sha256, level, asked.text("purpose", 60), frame, area)
    try:
        made = asked.desk.of(reveals).reveal(asked.who, wanted)
    except NotShown as why:
        raise Refused(why.status, why.message, why.advice) from why
    headers = {"X-Reveal": made.id, "X-Level": str(level), "Content-Disposition": "inline"}
    return Response(made.preview.data, media_type="image/jpeg", headers=headers)


def covered(asked: Asked) -> Response:
    """Take how long a picture was shown."""
    milliseconds = asked.number("milliseconds", 0, LONGEST, 0)
    try:
        told = asked.desk.of(reveals).cover(asked.who, asked.text("reveal", 40), milliseconds)
    except NotShown as why:
        raise Refused(why.status, why.message, why.advice) from why
    return as_json({"covered": told})


def frames(asked: Asked) -> Response:
    """Return frames as mosaics: of an animation those of the case, of a video made now."""
    sha256 = item_of(asked, asked.told.get("item"))
    if asked.desk.of(reveals).is_settled(sha256):
        raise Refused(403, "a list settles this: it is not shown")
    (item,) = asked.desk.store.find(Item, sha256=sha256)
    if not is_video(item.media_type):
        kept = mosaics_of(asked.desk.store, sha256)
        return as_json({"frames": [_frame(one.frame, tile(one), None) for one in kept]})
    try:
        strip = asked.desk.of(reveals).strip(asked.who, sha256)
    except NotShown as why:
        raise Refused(why.status, why.message, why.advice) from why
    both = zip(strip.mosaics, strip.milliseconds, strict=True)
    told = [_frame(one.frame, tile(one), round(at / 1000, 2)) for one, at in both]
    return as_json({"frames": told})


def sound(asked: Asked) -> Response:
    """Return how loud a sound is, as a line; the sound itself is never sent."""
    sha256 = item_of(asked, asked.told.get("item"))
    try:
        made = asked.desk.of(reveals).waveform(asked.who, sha256)
    except NotShown as why:
        raise Refused(why.status, why.message, why.advice) from why
    seconds = made.milliseconds / 1000
    says = f"{seconds:,.1f} seconds of sound, as a line; it is not played here"
    return as_json({"says": says, "seconds": seconds, "path": made.path, "bars": len(made.bars)})


def exposure(asked: Asked) -> Response:
    """Return what the person themselves was shown today, and what holds for them now."""
    desk = asked.desk
    part = desk.of(reveals)
    told = part.exposures.of(asked.who.login, desk.clock())
    return as_json(
        {
            "minutes": told.minutes,
            "most": told.most,
            "reveals": {str(level): count for level, count in told.reveals.items()},
            "cap": told.cap.level,
            "says": told.says or told.too_fast,
            "break_due": told.break_due,
            "break_seconds": told.break_seconds,
            "soft_stop": told.soft_stop,
        }
    )


def _frame(number: int, drawn: str, seconds: float | None) -> dict[str, Any]:
    return {"n": number, "tile": drawn, "seconds": seconds}


WAYS = (
    Way("POST", "/reveal", reveal, "reveal"),
    Way("POST", "/covered", covered, "reveal"),
    Way("POST", "/frames", frames, "covered"),
    Way("POST", "/sound", sound, "covered"),
    Way("GET", "/exposure", exposure, "own"),
)
