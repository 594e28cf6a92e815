"""The runner's settings."""

from __future__ import annotations

import pytest

from infra.local.failure import RunnerError
from infra.local.settings import Settings, variable


def test_nothing_set_means_the_documented_ports():
    assert list(Settings.from_env({}).ports().values()) == [5002, 4566, 5005, 5055, 5433]


def test_a_child_process_reads_back_the_same_settings():
    settings = Settings.from_env({"PARLANCE_PORT": "6002", "DETACH": "1", "PARLANCE_STATE": "here"})

    assert Settings.from_env(settings.to_env()) == settings


def test_an_empty_value_counts_as_not_set():
    assert Settings.from_env({"PARLANCE_PORT": "", "YES": ""}) == Settings.from_env({})


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"PARLANCE_PORT": "web"}, "A setting is wrong"),
        ({"PARLANCE_PORT": "80"}, "PARLANCE_PORT=80 is no usable port"),
        ({"PARLANCE_PORT": "5433"}, "Two parts share a port"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(env, words):
    with pytest.raises(RunnerError, match=words):
        Settings.from_env(env)


def test_folders_are_absolute():
    assert Settings.from_env({"PARLANCE_STATE": "x"}).state.startswith("/")


def test_only_the_two_switches_have_short_names():
    assert [variable(name) for name in ("detach", "yes", "port")] == ["DETACH", "YES", "PARLANCE_PORT"]
