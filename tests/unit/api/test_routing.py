"""From paths to routes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from functions.api.routes import find, plant

TREE = plant(["/api/a", "/api/a/{id}", "/api/a/{id}/b", "/api/a/tags", "/api/a/tags/{tag}", "/api/{any}/c"])


def test_fixed_names_win_over_placeholders():
    assert find(TREE, "/api/a/tags") == ("/api/a/tags", {})
    assert find(TREE, "/api/a/tagged") == ("/api/a/{id}", {"id": "tagged"})


def test_a_dead_end_behind_a_fixed_name_is_tried_again_with_the_placeholder():
    assert find(TREE, "/api/a/tags/b") == ("/api/a/tags/{tag}", {"tag": "b"})
    assert find(TREE, "/api/a/c") == ("/api/a/{id}", {"id": "c"})
    assert find(TREE, "/api/x/c") == ("/api/{any}/c", {"any": "x"})


def test_unknown_paths_have_no_pattern():
    for path in ("", "/", "/api", "/api/b", "/api/a/x/y/z", "/api//c", "/api/a/"):
        assert find(TREE, path)[0] in {None, "/api/a"}


@given(st.text(min_size=1).filter(lambda text: "/" not in text and text != "tags"))
def test_any_name_without_a_slash_fills_a_placeholder(name):
    assert find(TREE, f"/api/a/{name}") == ("/api/a/{id}", {"id": name})


@given(st.text())
def test_no_path_breaks_the_search(path):
    find(TREE, path)
