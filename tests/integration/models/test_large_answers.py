"""Answers larger than a function may give: fetched from storage, also by who sends the call again."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING

from parlance.adapters import objects
from parlance.domain import project_zip
from parlance.domain.errors import Unavailable
from tests.integration.models.conftest import PROJECT, Workbench
from tests.integration.models.test_project_files import FILES, post_zip

if TYPE_CHECKING:
    import pytest

    from tests.support.api import Client

FAR = {f"data/{name}.yml": f"# {'好' * 600_000}\n" for name in "ab"}
"""Too large for a function's answer, where each sign takes six bytes."""


def test_a_project_too_large_for_an_answer_is_fetched_from_storage(workbench: Workbench, admin: Client) -> None:
    reply = post_zip(admin, project_zip.pack({**PROJECT, **FAR}))

    assert (reply.status, reply.text) == (303, "")
    reply = admin.get(FILES)
    assert reply.status == 303
    with urllib.request.urlopen(reply.headers["Location"]) as stored:
        assert stored.headers["Content-Type"] == "application/json"
        assert json.load(stored)["files"] == {**PROJECT, **FAR}


def test_a_large_change_with_if_match_is_answered_without_a_body(workbench: Workbench, admin: Client) -> None:
    read = admin.put(FILES, {"files": PROJECT}).headers["ETag"]
    far = project_zip.pack({**PROJECT, **FAR})

    done = post_zip(admin, far, **{"If-Match": read})
    late = post_zip(admin, far, **{"If-Match": read})

    assert (done.status, done.text, late.status) == (204, "", 412)
    assert done.headers["ETag"] == admin.get(FILES).headers["ETag"] != read
    assert "Content-Type" not in done.headers


def test_a_large_answer_that_storage_refused_may_be_asked_for_again(
    workbench: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = project_zip.pack({**PROJECT, **FAR})

    def refuse(*_: object) -> None:
        raise Unavailable("The file storage refuses.")

    with monkeypatch.context() as broken:
        broken.setattr(objects, "put", refuse)
        refused = post_zip(admin, far, **{"Idempotency-Key": "k"})
    told = [post_zip(admin, far, **{"Idempotency-Key": "k"}) for _ in range(2)]

    assert (refused.status, [reply.status for reply in told]) == (503, [303, 303])
    assert told[0].headers["Location"] != told[1].headers["Location"]  # signed anew
    assert all("Idempotency-Replayed" in reply.headers for reply in told)
    assert len([line for line in admin.get("/audit").json if line["action"].startswith("files")]) == 1
