import csv
import hashlib
import json
import shutil

import pytest
from click.testing import CliRunner

from fanal.cli.export import export
from fanal.cli.main import main
from fanal.errors import CaseError, UsageError
from fanal.model.item import Item
from fanal.pipeline.case import reading
from makers.small_case import build


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return build(tmp_path_factory.mktemp("export"))


@pytest.fixture
def case(made, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FANAL_KEY", made.settings.key)
    monkeypatch.setenv("FANAL_ACTOR", "examiner")
    shutil.copytree(made.case, tmp_path / "case")
    return tmp_path / "case"


def called(*arguments):
    return CliRunner().invoke(export, list(map(str, arguments)))


def test_csv_says_what_it_wrote_and_lost(case, tmp_path):
    result = called("csv", "--case", case, "--out", "case.csv")
    assert result.exit_code == 0, result.output
    first, second, third, *losses = result.stdout.splitlines()
    assert first == "case.csv: 12 contents, csv"
    digest = hashlib.sha256((tmp_path / "case.csv").read_bytes()).hexdigest()
    assert second == f"sha256 {digest}"
    assert third == "3 contents of the case were not chosen (--step, --all)"
    assert losses[0] == "what the format could not say (also in case.csv.loss.json):"
    told = json.loads((tmp_path / "case.csv.loss.json").read_text("utf-8"))["losses"]
    assert len(losses) == len(told) + 2
    assert all(loss["field"] in result.stdout for loss in told)


def test_vics_carries_case_and_profile(case, tmp_path):
    arguments = ("--profile", "UK", "--case-number", "17/26", "--organization", "zz-lab", "--all")
    result = called("vics", "--case", case, "--out", "case.json", *arguments)
    assert result.exit_code == 0, result.output
    written = json.loads((tmp_path / "case.json").read_bytes())
    assert "/UK/" in written["@odata.context"]
    (told,) = written["value"]
    with reading(case) as store:
        assert told["CaseID"] == store.case_id
    assert (told["CaseNumber"], told["ContactOrganization"]) == ("17/26", "zz-lab")
    assert len(told["Media"]) == 15


def test_steps_are_chosen(case, tmp_path):
    called("csv", "--case", case, "--out", "some.csv", "--step", 2, "--step", 8)
    with (tmp_path / "some.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert {row["queue_step"] for row in csv.DictReader(stream)} == {"2"}


def test_json_is_one_object(case):
    told = json.loads(called("csv", "--case", case, "--out", "case.csv", "--json").stdout)
    assert (told["items"], told["left_out"], told["format"]) == (12, 3, "csv")


def test_the_log_has_it_and_the_case_is_sealed_again(case):
    called("csv", "--case", case, "--out", "case.csv")
    with reading(case) as store:
        *_, leaf = store.history()
    assert (leaf.verb, leaf.actor, leaf.details["file"]) == ("export", "examiner", "case.csv")
    assert (case / "seal.json").is_file()


@pytest.mark.parametrize(
    "profile", [[], ["--profile", ""], ["--profile", 'US/"x'], ["--profile", "\n"]]
)
def test_vics_asks_for_a_profile(case, tmp_path, profile):
    result = called("vics", "--case", case, "--out", "x.json", *profile)
    assert isinstance(result.exception, UsageError)
    assert "Default, US, UK and CUSTOM" in result.exception.advice
    assert not (tmp_path / "x.json").exists()


def test_wrong_use(case, tmp_path):
    both = called("csv", "--case", case, "--out", "x.csv", "--step", 2, "--all")
    assert isinstance(both.exception, UsageError)
    assert called("csv", "--case", case, "--out", "x.csv", "--step", 9).exit_code == 2
    assert called("csv", "--case", case).exit_code == 2
    assert not (tmp_path / "x.csv").exists()


def test_no_case_is_an_error_and_makes_none(case, tmp_path):
    result = called("csv", "--case", tmp_path / "none", "--out", "x.csv")
    assert isinstance(result.exception, CaseError)
    assert [path.name for path in tmp_path.iterdir()] == ["case"]


def test_exit_codes(case, tmp_path, capsys):
    (tmp_path / "there.csv").write_text("mine", "utf-8")
    for arguments, code in (
        (["csv", "--case", str(case), "--out", "there.csv"], 2),
        (["csv", "--case", str(case), "--out", "there.csv", "--force"], 0),
        (["csv", "--case", "none", "--out", "x.csv"], 1),
        (["vics", "--case", str(case), "--out", "x.json"], 2),
    ):
        with pytest.raises(SystemExit) as stopped:
            main(["export", *arguments])
        assert stopped.value.code == code
    assert "usual are Default" in capsys.readouterr().err


def test_case_is_one_graph_of_what_was_chosen(case, tmp_path):
    result = called("case", "--case", case, "--out", "case.jsonld", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["format"], told["items"], told["audience"]) == ("case", 12, "analysis")
    written = json.loads((tmp_path / "case.jsonld").read_bytes())
    assert {"@context", "@graph"} == set(written)
    kinds = [node["@type"] for node in written["@graph"]]
    assert kinds.count("case-investigation:Investigation") == 1


def test_what_must_not_reach_an_audience_is_held_back_until_it_is_released(case, tmp_path):
    arguments = ("vics", "--case", case, "--profile", "US", "--for", "real-victims")
    result = called(*arguments, "--out", "first.json")
    assert result.exit_code == 0, result.output
    assert "first.json: 0 contents" in result.stdout
    assert (
        "12 contents were held back: lists by which real children are looked for" in result.stdout
    )
    with reading(case) as store:
        (sha256, *_) = sorted(one.sha256 for one in store.find(Item))
    done = called("release", sha256, "--case", case, "--reason", "zz seen", "--by", "Zz", "--json")
    assert json.loads(done.stdout) | {"id": ""} == {"id": "", "sha256": sha256, "people": 1}
    arguments = (*arguments, "--all", "--out")
    assert "second.json: 1 contents" in called(*arguments, "second.json").stdout
    undone = called(
        "release",
        "--undo",
        json.loads(done.stdout)["id"],
        "--case",
        case,
        "--reason",
        "zz wrong",
        "--by",
        "Zz",
    )
    assert "released by 0 different people" in undone.stdout
    assert "third.json: 0 contents" in called(*arguments, "third.json").stdout


def test_release_wants_contents_or_an_id(case):
    result = called("release", "--case", case, "--reason", "zz")
    assert isinstance(result.exception, UsageError)
