"""States the size of a picture and its perceptual hash (PDQ), frame by frame."""

from collections.abc import Iterator
from typing import ClassVar

from fanal.content.handle import Content
from fanal.content.image import Decoded, Frame, Undecodable
from fanal.content.pdq import DIALECT, LEAST_QUALITY, Pdq, pdq
from fanal.model.finding import Fingerprint, Picture, Record, Seen

LEAST_FAST = 65_536
"""Pixels below which a picture is decoded in colour: it costs little and moves no bit."""
CLOSE = 0.35
"""Distance from the median below which a term of a fast decode may fall on the other side."""
MANY_CLOSE = 5
"""So many terms that close to the median, and colours are looked at (docs/decisions/0008)."""


class Perceptual:
    """Decodes a picture and yields its size and one fingerprint a frame."""

    name: ClassVar[str] = "perceptual"
    version: ClassVar[str] = "1"
    pictures_only: ClassVar[bool] = True

    def analyze(self, content: Content) -> Iterator[Record]:
        """Yield a Picture, a Fingerprint a frame and one Seen; silent over what is no picture."""
        try:
            decoded = content.decoded
        except Undecodable as why:
            silent = why.reason.startswith("no perceptual hash")
            outcome = "silent" if silent else "failed"
            yield self._seen(content, outcome, why.reason, why.detail)
            return
        yield Picture(content.sha256, decoded.width, decoded.height, decoded.total)
        for frame in decoded.frames:
            made = self._hash(content, decoded, frame)
            yield Fingerprint(
                content.sha256, DIALECT, frame.index, made.value, made.quality, made.turned
            )
        yield self._seen(
            content, "partly" if decoded.partly else "spoke", decoded.partly, decoded.detail
        )

    def _hash(self, content: Content, decoded: Decoded, frame: Frame) -> Pdq:
        made = pdq(frame.plane, frame.height, frame.width, frame.scale)
        if content.media_type != "image/jpeg" or frame.plane.ndim == 3 or decoded.partly:
            return made
        small = frame.height * frame.width < LEAST_FAST
        unsure = made.quality >= LEAST_QUALITY and made.close_terms(CLOSE) >= MANY_CLOSE
        if not small and not unsure:
            return made
        # Where many terms lie at the median, clipped colours may tip them: look at the colours,
        # at twice the resolution.
        try:
            better = content.coloured(frame.scale // 2 or 1)
        except Undecodable:
            return made
        return pdq(better.plane, better.height, better.width, better.scale)

    def _seen(self, content: Content, outcome: str, reason: str, detail: str) -> Seen:
        return Seen(content.sha256, self.name, self.version, outcome, reason, detail)
