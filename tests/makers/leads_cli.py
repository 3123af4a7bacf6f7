"""Runs commands on leads as somebody, in a case with a seized site."""

import json

from fanal.model.desk import AuditRecord
from fanal.pipeline import leads
from fanal.pipeline.case import reading
from makers.checklists import signed
from makers.program import called


class Line:
    """The command line of people of one case."""

    def __init__(self, case, folder, capsys, monkeypatch):
        """Take a case as `seized.fill` makes it."""
        self.case, self.folder = case, folder
        self._capsys, self._patch = capsys, monkeypatch
        with reading(case) as store, leads.book(store) as book:
            self.ids = book.ids()
        capsys.readouterr()

    def __call__(self, *words, code=0, login="anna"):
        """Run a command as somebody; return what it printed."""
        self._patch.setattr("fanal.pipeline.said.login", lambda: login)
        assert called("leads", *words, "--case", self.case) == code
        out = self._capsys.readouterr()
        return out.out if code == 0 else out.err

    def facts(self, *words, **more):
        """Run a command and read the JSON that it prints."""
        return json.loads(self(*words, "--json", **more))

    def checklist(self):
        """Let the made-up checklist count."""
        given = signed(self.folder / "list")
        self("checklist", "add", given.rules, "--signature", given.signature, "--key", given.key)
        return self

    def actions(self):
        """Return what the audit log says was done."""
        with reading(self.case) as store:
            return [one.action for one in store.find(AuditRecord, order=("act", "id"))]
