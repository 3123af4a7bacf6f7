"""States what a file says of the camera that took it, and whether its parts go together."""

from collections.abc import Iterator
from typing import Any, ClassVar

from fanal.analyzers import camera_checks, camera_facts
from fanal.analyzers.camera_copies import Copied, editors, reproductions
from fanal.analyzers.camera_look import Look
from fanal.content.handle import Content
from fanal.content.image import Undecodable
from fanal.content.media import is_picture
from fanal.model import evidence
from fanal.model.finding import Finding, Record, Seen

_EDITOR_DOUBTS = ("a program that only moved, rotated or described a picture leaves its name too",)
_COPY_DOUBTS = (
    "what was on the screen or the paper may be a photograph",
    "anybody can write this into a file",
)


class Camera:
    """Reads EXIF, maker note, XMP and the order of a JPEG's segments."""

    name: ClassVar[str] = "camera"
    version: ClassVar[str] = "1"
    pictures_only: ClassVar[bool] = True

    def analyze(self, content: Content) -> Iterator[Record]:
        """Yield what is said of camera, structure, editors and reproduction, and one Seen."""
        if not is_picture(content.media_type):
            yield self._seen(content, "silent")
            return
        try:
            look = Look(content)
            found = list(self._findings(look))
        except Undecodable as why:
            yield self._seen(content, "failed", why.reason, why.detail)
            return
        yield from found
        yield self._seen(content, "spoke" if found else "silent")

    def _findings(self, look: Look) -> Iterator[Finding]:
        if camera_facts.names_a_camera(look):
            if not camera_facts.written_by_a_generator(look):
                yield self._record(look)
            yield self._structure(look)
        for edited in editors(look):
            yield self._copied(look, evidence.EDITOR, edited, _EDITOR_DOUBTS)
        for copied in reproductions(look):
            yield self._copied(look, evidence.REPRODUCTION, copied, _COPY_DOUBTS)

    def _record(self, look: Look) -> Finding:
        facts = camera_facts.facts_of(look)
        says = camera_facts.sentence(facts)
        data = facts | {evidence.BYTES: look.block}
        return self._finding(look, evidence.CAMERA, says, data, camera_facts.DOUBTS)

    def _structure(self, look: Look) -> Finding:
        checked = camera_checks.check(look)
        data: dict[str, Any] = camera_checks.encoder_facts(look, checked)
        data |= {
            "intact": checked.intact,
            "checks": [
                {"name": check.name, "outcome": check.outcome, "what": check.what}
                for check in checked.checks
            ],
            "problems": [*look.metadata.problems, *look.exif.problems],
            evidence.BYTES: look.block,
        }
        says = _summary(checked)
        return self._finding(look, evidence.STRUCTURE, says, data, camera_checks.DOUBTS)

    def _copied(self, look: Look, kind: str, one: Copied, doubts: tuple[str, ...]) -> Finding:
        data = one.data | {"sort": one.sort}
        data |= {evidence.BYTES: [look.extent(one.offset, one.length)]}
        return self._finding(look, kind, one.says, data, doubts)

    def _finding(
        self, look: Look, kind: str, says: str, data: dict[str, Any], doubts: tuple[str, ...]
    ) -> Finding:
        sha256 = look.content.sha256
        return Finding(sha256, self.name, self.version, kind, says[:200], doubts=doubts, data=data)

    def _seen(self, content: Content, outcome: str, reason: str = "", detail: str = "") -> Seen:
        return Seen(content.sha256, self.name, self.version, outcome, reason, detail)


def _summary(checked: camera_checks.Checked) -> str:
    """Return one sentence on the checks, the first that differ named."""
    outcomes = [check.outcome for check in checked.checks]
    agree, differ = (outcomes.count(what) for what in (camera_checks.AGREES, camera_checks.DIFFERS))
    told = f"of {len(outcomes)} checks of the file's structure {agree} agree and {differ} differ"
    names = [c.name for c in checked.checks if c.outcome == camera_checks.DIFFERS]
    if names:
        return f"{told}: {', '.join(names[:4])}"
    return f"{told}; it is as a camera writes it" if checked.intact else told
