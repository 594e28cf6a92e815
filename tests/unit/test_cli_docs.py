"""The page of the command line tells every command, and each command tells what it does."""

from __future__ import annotations

import pytest

from infra.cli_docs import PAGE, commands, page

ASKING = {"delete", "release", "redrive", "import", "export", "download", "login"}


def test_the_page_is_current():
    assert PAGE.read_text() == page(PAGE.read_text()), "run .venv/bin/python -m infra.cli_docs"


@pytest.mark.parametrize(("name", "command"), list(commands()), ids=[name for name, _ in commands()])
def test_every_command_and_option_has_words(name, command):
    assert f"### `parlance {name}" in PAGE.read_text()
    assert command.help
    assert all(option.help for option in command.params)


@pytest.mark.parametrize(("name", "command"), list(commands()), ids=[name for name, _ in commands()])
def test_a_command_that_harms_can_be_told_not_to_ask(name, command):
    options = {option for one in command.params for option in one.opts}

    assert ("--yes" in options) == (name.split()[-1] in ASKING)
