"""What is copied only to be printed is copied only if it is printed."""

import ast
import inspect
from importlib import import_module

import pytest
from rasa.shared.constants import ENV_LOG_LEVEL

from parlance_rasa.pace import quiet


@pytest.mark.parametrize("name", quiet.MODULES)
def test_these_modules_copy_for_lines_of_debugging_alone(name):
    tree = ast.parse(inspect.getsource(import_module(name)))
    inside = [
        used
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "debug"
        for used in ast.walk(call)
    ]
    uses = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "copy"]
    assert uses
    assert all(use in inside for use in uses)


@pytest.mark.parametrize(
    ("level", "expected"), [("DEBUG", False), ("INFO", True), ("ERROR", True), ("nonsense", False)]
)
def test_a_log_of_everything_keeps_its_copies(monkeypatch, level, expected):
    names = [(import_module(name), import_module(name).copy) for name in quiet.MODULES]
    for module, usual in names:
        monkeypatch.setattr(module, "copy", usual)
    monkeypatch.setenv(ENV_LOG_LEVEL, level)
    quiet.install()
    for module, usual in names:
        assert (module.copy is not usual) is expected
    said = [{"a": []}]
    assert (names[0][0].copy.deepcopy(said) is said) is expected
