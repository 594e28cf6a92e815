"""Everything is put in place where it fits, and nothing where it does not; a server starts either way."""

import logging
from importlib import import_module

import pytest
import rasa

from parlance_rasa import pace


@pytest.fixture
def installed(monkeypatch):
    """Have the parts say that they were installed, instead of being it."""
    said = []
    for name in pace.PARTS:
        part = import_module("parlance_rasa.pace." + name)
        monkeypatch.setattr(part, "install", lambda name=name: said.append(name))
    return said


def test_all_parts_are_installed(installed):
    pace.install()
    assert tuple(installed) == pace.PARTS


def test_another_rasa_is_left_as_it_is(installed, monkeypatch):
    monkeypatch.setattr(rasa, "__version__", "3.5.9")
    pace.install()
    assert not installed


@pytest.mark.parametrize("error", [ImportError("no such name"), AttributeError("no such attribute")])
def test_a_part_that_does_not_fit_stops_nothing(installed, monkeypatch, caplog, error):
    def fail():
        raise error

    monkeypatch.setattr(import_module("parlance_rasa.pace.counts"), "install", fail)
    monkeypatch.setattr(pace, "PARTS", ("nowhere", *pace.PARTS))
    with caplog.at_level(logging.INFO):
        pace.install()
    assert installed == [name for name in pace.PARTS if name not in {"nowhere", "counts"}]
    assert "pace.nowhere" in caplog.text
    assert str(error) in caplog.text
