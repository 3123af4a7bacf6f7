"""Names of programs and devices count where a value begins with them, and nowhere else."""

import tomllib
from pathlib import Path

import pytest

from fanal.analyzers import camera_programs
from fanal.analyzers.camera_programs import (
    Program,
    is_generator_text,
    is_scan_program,
    is_scanner,
    is_screen_program,
    program_of,
    program_of_comment,
)

TABLE = tomllib.loads(
    Path(camera_programs.__file__).with_suffix(".toml").read_text(encoding="utf-8")
)


def test_the_longest_name_counts():
    assert program_of("Adobe Photoshop Lightroom 5.3") == Program(
        "raw developer", "adobe photoshop lightroom"
    )
    assert program_of("Adobe Photoshop 7.0") == Program("editor", "adobe photoshop")


@pytest.mark.parametrize(
    "text",
    ["", " ", "Gimpel", "Leonardo Rossi", "my GIMP", "(GIMP 2.8)", "photoshopped", "Fluxus 1"],
)
def test_what_only_holds_a_name_is_none(text):
    assert program_of(text) is None
    assert not is_generator_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "  Stable Diffusion XL",
        "Flux.1 dev",
        '{"prompt": 1}',
        "0b5c1f9e-5f0e-4a3b-9d3e-0a1b2c3d4e5f",
        "AI",
    ],
)
def test_what_generators_write(text):
    assert is_generator_text(text)


@pytest.mark.parametrize(
    "text",
    ["Canon", "NIKON CORPORATION", "Apple", "Aiptek", "samsung", "Ver.1.00", "15.0", "RECONYX"],
)
def test_what_cameras_write(text):
    assert not is_generator_text(text)
    assert not is_scanner(text)
    assert not is_screen_program(text)
    assert not is_scan_program(text)


@pytest.mark.parametrize("model", ["CanoScan 9000F", "HP ScanJet 5590", "FUJITSU fi-7160"])
def test_scanners(model):
    assert is_scanner(model)


@pytest.mark.parametrize("model", ["Canon EOS 5D", "hp PhotoSmart 43x series", "PhotoPC 3100Z"])
def test_cameras_of_makers_that_make_scanners_too(model):
    assert not is_scanner(model)


def test_a_comment_counts_only_where_a_program_writes_it_of_itself():
    assert program_of_comment("CREATOR: gd-jpeg v1.0 (using IJG JPEG v62), quality = 90")
    assert program_of_comment("Created with GIMP on a Mac")
    assert program_of_comment("Topaz, a stone") is None
    assert program_of_comment("Aperture was open") is None


def test_the_table_holds_each_name_once_and_in_lower_case():
    programs = [name for names in TABLE["programs"].values() for name in names]
    groups = [
        programs,
        *TABLE["reproduction"].values(),
        TABLE["generator"]["names"],
        TABLE["comment"]["names"],
    ]
    for names in groups:
        assert len(set(names)) == len(names)
        assert all(name == name.lower().strip() and len(name) > 2 for name in names)
    assert not {*programs} & {*TABLE["generator"]["names"]}
