"""The runner's settings."""

from __future__ import annotations

import pytest

from infra.local.failure import RunnerError
from infra.local.settings import Settings, unknown_settings, variable


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
        ({"PARLANCE_PORT": "web"}, "PARLANCE_PORT=web is not a whole number"),
        ({"PARLANCE_TASKS": "boxes"}, "PARLANCE_TASKS=boxes is not processes or containers"),
        ({"PARLANCE_BRIDGE": "redis"}, "PARLANCE_BRIDGE=redis is not none, rabbitmq or kafka"),
        ({"DETACH": "maybe"}, "DETACH=maybe is not 1 or 0"),
        ({"PARLANCE_PORT": "80"}, "PARLANCE_PORT=80 is no usable port"),
        ({"PARLANCE_PORT": "5433"}, "PARLANCE_PORT and PARLANCE_POSTGRES_PORT are both 5433"),
        ({"PARLANCE_RASA_PORT": "5006"}, "PARLANCE_RASA_PORT and PARLANCE_CANARY_PORT are both 5006"),
        ({"PARLANCE_STAGING_PORT": "80"}, "PARLANCE_STAGING_PORT=80 is no usable port"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(env, words):
    with pytest.raises(RunnerError, match=words):
        Settings.from_env(env)


def test_folders_are_absolute():
    assert Settings.from_env({"PARLANCE_STATE": "x"}).state.startswith("/")


def test_only_the_two_switches_have_short_names():
    assert [variable(name) for name in ("detach", "yes", "port")] == ["DETACH", "YES", "PARLANCE_PORT"]


def test_a_mistyped_setting_is_named():
    (sentence,) = unknown_settings({"PARLANCE_PROT": "5010", "PARLANCE_PORT": "5010", "HOME": "/"})

    assert sentence.startswith("PARLANCE_PROT is no setting")


def test_variables_of_the_command_line_are_no_slips_of_the_pen():
    assert unknown_settings({"PARLANCE_URL": "http://localhost:5002", "PARLANCE_TOKEN": "t"}) == []


def test_only_what_was_chosen_is_remembered_and_no_switch():
    settings = Settings.from_env({"PARLANCE_PORT": "6002", "DETACH": "1", "YES": "1", "PARLANCE_STATE": "here"})

    assert settings.chosen() == {"PARLANCE_PORT": "6002"}
