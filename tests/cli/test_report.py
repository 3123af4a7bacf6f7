import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from fanal.cli.main import main
from fanal.cli.report import report
from fanal.errors import CaseError, UsageError
from makers.pages import Page
from makers.small_case import build


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return build(tmp_path_factory.mktemp("report"))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def called(*arguments):
    return CliRunner().invoke(report, list(map(str, arguments)))


def test_it_writes_the_page_here_and_says_so(made, folder):
    result = called("--case", made.case)
    page = folder / "report.html"
    digest = hashlib.sha256(page.read_bytes()).hexdigest()
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        f"report.html  sha256 {digest}",
        "of 17 files, 8 series and single contents are left to look at",
    ]
    assert "Of 17 files, 8 series and single contents are left to look at." in " ".join(
        Page(page.read_text("utf-8")).text().split()
    )


def test_json_has_the_figures_and_writes_nothing(made, folder):
    result = called("--case", made.case, "--json")
    told = json.loads(result.stdout)
    assert told["funnel"]["left"] == 8
    assert [step["items"] for step in told["steps"]] == [0, 8, 0, 0, 0, 0, 0, 0]
    assert not list(folder.iterdir())


def test_json_and_page_together(made, folder):
    result = called("--case", made.case, "--json", "--out", folder / "page.html")
    assert json.loads(result.stdout)["funnel"]["files"] == 17
    assert (folder / "page.html").is_file()


def test_the_case_stays_as_it_is(made, folder):
    def state():
        return {
            str(path): path.read_bytes() if path.is_file() else b"" for path in made.case.rglob("*")
        }

    before = state()
    called("--case", made.case)
    assert state() == before


def test_a_foreign_file_is_kept_unless_told(made, folder):
    (folder / "report.html").write_text("mine", "utf-8")
    assert isinstance(called("--case", made.case).exception, UsageError)
    assert (folder / "report.html").read_text("utf-8") == "mine"
    assert called("--case", made.case, "--force").exit_code == 0


def test_no_case_is_an_error_and_makes_none(folder):
    assert isinstance(called("--case", folder / "none").exception, CaseError)
    assert not (folder / "none").exists()


@pytest.mark.parametrize(("place", "code"), [("none", 1), ("", 2)])
def test_exit_codes(made, folder, place, code):
    case = folder / place if place else made.case
    with pytest.raises(SystemExit) as stopped:
        main(["report", "--case", str(case), "--out", str(made.case / "x.html")])
    assert stopped.value.code == code


def test_a_browser_shows_the_page_in_both_lights(made, folder):
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser:
        pytest.skip("no Chromium is installed, so the page was not looked at")
    called("--case", made.case)
    shots = []
    for scheme in (0, 1):
        shot = folder / f"{scheme}.png"
        subprocess.run(
            [
                *(browser, "--no-sandbox", "--headless", "--disable-gpu", "--window-size=800,1200"),
                *(f"--blink-settings=preferredColorScheme={scheme}", f"--screenshot={shot}"),
                Path("report.html").resolve().as_uri(),
            ],
            capture_output=True,
            timeout=300,
            check=True,
        )
        shots.append(shot.read_bytes())
    assert shots[0] != shots[1]
