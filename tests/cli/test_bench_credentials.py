"""`fanal bench credentials` prints truth and finding side by side, and says where they differ."""

import json

from makers import evidence
from makers.credentials import signed
from makers.program import called

HEAD = "path,ground_truth\n"


def corpus(folder, *rows):
    lines = [f'{name},"' + json.dumps(truth).replace('"', '""') + '"' for name, truth in rows]
    (folder / "MANIFEST.csv").write_text(HEAD + "\n".join(lines) + "\n", "utf-8")
    return folder


def test_a_difference_is_named_and_counted(tmp_path, capsys):
    (tmp_path / "one.png").write_bytes(signed())
    (tmp_path / "two.png").write_bytes(signed())
    truth = {"c2pa": "present", "manifests": 1, "actions": ["c2pa.created"]}
    truth |= {"digital_source_type": ["trainedAlgorithmicMedia"]}
    folder = corpus(tmp_path, ("one.png", truth), ("two.png", truth | {"manifests": 2}))
    assert called("bench", "credentials", "--corpus", folder) == 0
    out = capsys.readouterr().out
    lines = {line.split()[0]: line.split() for line in out.splitlines() if line.strip()}
    assert lines["one.png"][:6] == ["one.png", "present", "present", "/", "holds", "/"]
    assert lines["one.png"][7] == "-"
    assert lines["two.png"][7] == "manifests"
    assert lines["manifests"][1:] == ["1", "2"]
    assert lines["actions"][1:] == ["2", "2"]


def test_a_folder_without_a_list_is_wrong_use(tmp_path, capsys):
    assert called("bench", "credentials", "--corpus", tmp_path) == 2
    assert "there is no MANIFEST.csv" in capsys.readouterr().err


def test_nothing_differs_in_the_corpus(capsys):
    assert called("bench", "credentials", "--corpus", evidence.corpus("MANIFEST.csv").parent) == 0
    out = capsys.readouterr().out
    table = out.split("\n\n")[1].splitlines()[1:8]
    for line in table:
        *_, equal, of = line.split()
        assert equal == of != "0", line
