"""The documentation is complete: each setting, make target and variable is told, and every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from infra.local.settings import Settings as RunnerSettings
from infra.local.settings import variable
from parlance.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "layers").glob("*/*.md")])
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#]+)")


def text(name: str) -> str:
    return (ROOT / name).read_text()


@pytest.mark.parametrize("field", [field.name for field in msgspec.structs.fields(RunnerSettings)])
def test_each_setting_of_the_home_installation_is_in_the_operations_page(field: str):
    assert f"`{variable(field)}" in text("docs/operations.md")


@pytest.mark.parametrize("field", [field.name for field in msgspec.structs.fields(Settings)])
def test_each_variable_of_the_functions_is_in_the_operations_page(field: str):
    assert f"`{field.upper()}`" in text("docs/operations.md")


@pytest.mark.parametrize("target", re.findall(r"^([a-z-]+):.*## ", text("Makefile"), re.MULTILINE))
def test_each_make_target_is_in_the_operations_page(target: str):
    assert f"`make {target}" in text("docs/operations.md")


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_each_link_leads_to_a_file(page: Path):
    prose = re.sub(r"`[^`\n]*`", "", page.read_text())
    broken = [link for link in LINK.findall(prose) if not (page.parent / link.strip()).exists()]

    assert broken == []


def test_each_decision_is_in_the_list():
    listed = set(LINK.findall(text("docs/decisions/README.md")))

    assert {page.name for page in (ROOT / "docs/decisions").glob("*.md")} - {"README.md"} <= listed
