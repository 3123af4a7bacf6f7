"""States the local points of a picture, by which its parts are found again in other pictures."""

from collections.abc import Iterator
from typing import ClassVar

from fanal.content.handle import Content
from fanal.content.image import Frame, Undecodable
from fanal.content.keypoints import LEAST, LONGEST, Points, find, installed, pack
from fanal.content.media import is_picture
from fanal.model.evidence import FEATURES, POINTS
from fanal.model.finding import Finding, Record, Seen

ABSENT = "opencv-python-headless is not installed"
DOUBTS = (
    "points tell that pictures show the same, never where they come from",
    "parts that many pictures share, such as a logo or a program's frame, have points too",
)


class Features:
    """Yields one finding with the points of the first frame, and one Seen; no pixels are kept."""

    name: ClassVar[str] = "features"
    version: ClassVar[str] = "1"
    pictures_only: ClassVar[bool] = True
    on_request: ClassVar[bool] = True
    needs: ClassVar[tuple[str, str, str]] = ("cv2", "opencv-python-headless", "features")

    def analyze(self, content: Content) -> Iterator[Record]:
        """Yield the points; silent over what is no picture, is damaged or has too few of them."""
        if not is_picture(content.media_type):
            yield self._seen(content, "silent")
            return
        if not installed():
            yield self._seen(content, "failed", ABSENT, "pip install 'fanal[features]'")
            return
        try:
            points = find(_frame(content).plane)
        except Undecodable as why:
            # That a picture is damaged stands in the account already, by the perceptual hash.
            limited = why.reason.startswith("limit: ")
            outcome, reason = ("failed", why.reason) if limited else ("silent", "")
            yield self._seen(content, outcome, reason, why.detail)
            return
        if len(points) < LEAST:
            yield self._seen(content, "silent", "", f"{len(points)} local points: too few")
            return
        yield self._finding(content, points)
        yield self._seen(content, "spoke")

    def _finding(self, content: Content, points: Points) -> Finding:
        size = f"{points.width} x {points.height}"
        says = f"{len(points)} local points tell what it shows, sought at {size} pixels"
        data = {POINTS: pack(points), "count": len(points)}
        return Finding(
            content.sha256, self.name, self.version, FEATURES, says, doubts=DOUBTS, data=data
        )

    def _seen(self, content: Content, outcome: str, reason: str = "", detail: str = "") -> Seen:
        return Seen(content.sha256, self.name, self.version, outcome, reason, detail)


def _frame(content: Content) -> Frame:
    """Return the first frame, of a scaled JPEG one that is large enough."""
    frame = content.decoded.frames[0]
    if frame.scale == 1 or max(frame.plane.shape[:2]) >= LONGEST:
        return frame
    try:
        return content.coloured(frame.scale // 2)
    except Undecodable:
        return frame
