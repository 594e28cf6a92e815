"""Rasa's validation, as problems with a file and a line."""

import pytest

from parlance_rasa.tasks.remarks import Remarks, place

IO = "/env/lib/python3.10/site-packages/rasa/shared/utils/io.py:100: UserWarning: "
VALIDATOR = "2026-11-22 13:21:58 WARNING  rasa.validator  - "


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "domain.yml").write_text("intents:\n- greet\n- inform\nresponses:\n  utter_hi:\n  - text: Hi\n")
    (tmp_path / "data" / "nlu.yml").write_text("nlu:\n- intent: greet\n  examples: |\n    - hi\n- intent: lost\n")
    (tmp_path / "data" / "stories.yml").write_text(
        "stories:\n- story: one\n  steps:\n  - intent: greet\n  - action: utter_bye\n"
        "- story: two\n  steps:\n  - intent: greet\n  - action: utter_bye\n"
    )
    return str(tmp_path)


def read(folder, *lines):
    remarks = Remarks(folder)
    for line in lines:
        remarks.read(line)
    remarks.close()
    return remarks.problems


@pytest.mark.parametrize(
    ("sentence", "where"),
    [
        (
            "The intent 'inform' is listed in the domain file, but is not found in the NLU training data.",
            ("domain.yml", 3),
        ),
        ("There is a message in the training data labeled with intent 'lost'. This intent is", ("data/nlu.yml", 5)),
        ("The utterance 'utter_hi' is not used in any story or rule.", ("domain.yml", 5)),
        ("The action 'utter_bye' is used in the 'two' block, but it is not listed", ("data/stories.yml", 9)),
        ("Failed to read 'data/stories.yml'. in line 4, column 3", ("data/stories.yml", 4)),
        ("The config file is missing the 'assistant_id' mandatory key.", ("config.yml", 1)),
        ("Something else entirely.", ("", 0)),
    ],
)
def test_a_sentence_is_about_a_line(folder, sentence, where):
    assert place(sentence, folder) == where


def test_what_validation_refuses_is_an_error_and_the_rest_a_warning(folder):
    problems = read(
        folder,
        IO + "The action 'utter_bye' is used in the 'one' block, but it is not listed in the domain file.",
        IO + "The utterance 'utter_hi' is not used in any story or rule.",
        "2026-11-22 13:21:58 INFO     rasa.validator  - Validating utterances...",
    )

    assert [(problem["severity"], problem["line"]) for problem in problems] == [("error", 5), ("warning", 5)]


def test_a_sentence_over_several_lines_is_one_problem(folder):
    problems = read(
        folder,
        VALIDATOR + "Story structure conflict after intent 'greet':",
        "  utter_bye predicted in 'one'",
        "  utter_hi predicted in 'two'",
        "2026-11-22 13:21:59 INFO     rasa.validator  - done",
    )

    (problem,) = problems
    assert problem["message"].endswith("utter_bye predicted in 'one' utter_hi predicted in 'two'")
    assert (problem["path"], problem["severity"]) == ("data/stories.yml", "warning")


def test_a_link_and_other_libraries_are_no_part_of_it_and_nothing_comes_twice(folder):
    line = IO + "The utterance 'utter_hi' is not used in any story or rule."
    problems = read(
        folder, line, "  More info at https://rasa.com/docs", line, "/env/tensorflow_addons/x.py:1: UserWarning: Old."
    )

    assert [problem["message"] for problem in problems] == [
        "The utterance 'utter_hi' is not used in any story or rule."
    ]
