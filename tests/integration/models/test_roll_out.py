"""Tags in time: history, rolling back, and what a Rasa server reports of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.integration.models.test_model_server import MODELS, trained
from tests.support.api import Client
from tests.support.installation import SERVICE_TOKEN

if TYPE_CHECKING:
    from tests.integration.models.conftest import Workbench
    from tests.support.api import Reply

TAG = f"{MODELS}/tags/production"


def put(admin: Client, model: str) -> None:
    assert admin.put(f"{MODELS}/{model}/tags/production").status == 204


def served(admin: Client) -> str:
    (model,) = admin.get(f"{MODELS}?tag=production").json
    return str(model["model"])


def report(etag: str, state: str, **more: Any) -> Reply:
    verdict = {"etag": etag.strip('"'), "state": state, "environment": "production", **more}
    return Client().post(f"{TAG}/reports?token={SERVICE_TOKEN}", verdict)


def moves(admin: Client) -> list[tuple[str | None, str]]:
    return [(move["model"], move["cause"]) for move in admin.get(f"{TAG}/history").json]


def test_rolling_back_goes_one_model_back_each_time(imported: Workbench, admin: Client) -> None:
    for name in ("a", "b", "c"):
        trained(imported, name)
    put(admin, "b")
    put(admin, "c")

    first, second, third = (admin.post(f"{TAG}/rollback") for _ in range(3))

    assert (first.status, first.json["model"], first.json["tags"]) == (200, "b", ["production"])
    assert second.json["model"] == "a"
    assert (third.status, third.json["reason"]) == (409, "NoWayBack")
    assert moves(admin) == [
        ("a", "rolled_back"), ("b", "rolled_back"), ("c", "tagged"), ("b", "tagged"), ("a", "trained"),
    ]  # fmt: skip


def test_a_roll_back_that_is_sent_twice_goes_back_once(imported: Workbench, admin: Client) -> None:
    for name in ("a", "b", "c"):
        trained(imported, name)
        put(admin, name)

    first = admin.post(f"{TAG}/rollback", {"from": "c"})
    again = admin.post(f"{TAG}/rollback", {"from": "c"})

    assert (first.status, again.status, again.json["reason"]) == (200, 409, "TagMoved")
    assert served(admin) == "b"


def test_the_way_back_passes_over_models_that_are_gone_or_refused(imported: Workbench, admin: Client) -> None:
    etags = {name: trained(imported, name) for name in ("a", "b", "c", "d")}
    for name in ("b", "c", "d"):
        put(admin, name)
    assert admin.delete(f"{MODELS}/c").status == 204
    assert report(etags["b"], "refused", error={"code": "E", "message": "m"}).status == 204
    put(admin, "b")
    assert report(etags["b"], "refused").status == 204
    assert served(admin) == "d"

    assert admin.post(f"{TAG}/rollback").json["model"] == "a"


def test_a_model_that_rasa_cannot_load_loses_the_tag_and_says_why(imported: Workbench, admin: Client) -> None:
    trained(imported, "good")
    etag = trained(imported, "bad")
    put(admin, "bad")

    replies = [report(etag, "refused", error={"code": "KeyError", "message": "'pipeline'"}) for _ in range(2)]

    assert [reply.status for reply in replies] == [204, 204]
    assert served(admin) == "good"
    newest = admin.get(f"{TAG}/history").json[0]
    assert (newest["model"], newest["previous"], newest["cause"], newest["by"]) == ("good", "bad", "refused", "rasa")
    assert newest["reason"] == "production could not load bad: KeyError: 'pipeline'"
    refused = next(model["refused"] for model in admin.get(MODELS).json if model["model"] == "bad")
    assert (refused["code"], refused["message"], refused["environment"]) == ("KeyError", "'pipeline'", "production")
    lines = [line for line in admin.get("/audit").json if line["details"].get("refused") == "bad"]
    assert [(line["actor"], line["object"]) for line in lines] == [("rasa", "good/production")]


def test_the_only_model_keeps_its_tag_and_is_flagged(imported: Workbench, admin: Client) -> None:
    etag = trained(imported, "only")

    assert report(etag, "refused", error={"code": "E", "message": "m"}).status == 204

    assert served(admin) == "only"
    assert admin.get(MODELS).json[0]["refused"]["code"] == "E"


def test_a_model_that_is_live_after_all_loses_its_flag(imported: Workbench, admin: Client) -> None:
    etag = trained(imported, "only")
    report(etag, "refused")

    assert report(etag, "live", seconds=3.5).status == 204

    assert admin.get(MODELS).json[0]["refused"] is None


def test_a_refusal_that_comes_late_moves_nothing(imported: Workbench, admin: Client) -> None:
    trained(imported, "a")
    etag = trained(imported, "b")
    trained(imported, "c")
    put(admin, "b")
    put(admin, "c")

    assert report(etag, "refused").status == 204

    assert served(admin) == "c"


def test_only_rasa_servers_report(imported: Workbench, admin: Client) -> None:
    etag = trained(imported, "a").strip('"')

    assert admin.post(f"{TAG}/reports", {"etag": etag, "state": "refused"}).status == 403
    assert Client().post(f"{TAG}/reports?token=wrong", {"etag": etag, "state": "refused"}).status == 401
    assert report("unknown", "live").status == 404
    assert report(etag, "odd").status == 400
    assert served(admin) == "a"


def test_taking_a_tag_away_is_history_too(imported: Workbench, admin: Client) -> None:
    trained(imported, "a")
    admin.delete(f"{MODELS}/a/tags/production")

    reply = admin.get(f"{TAG}/history?limit=1")

    assert reply.total == 2
    assert [(move["model"], move["previous"], move["cause"]) for move in reply.json] == [(None, "a", "untagged")]
    assert admin.post(f"{TAG}/rollback").status == 404


def test_two_models_are_compared_by_their_facts(imported: Workbench, admin: Client) -> None:
    trained(imported, "a")
    trained(imported, "b")

    found = admin.get(f"{MODELS}/a/compare/b").json

    assert [model["model"] for model in found["models"]] == ["a", "b"]
    assert found["differences"]["model"] == ["a", "b"]
    assert "version" not in found["differences"]
    assert [figures["user_messages"] for figures in found["numbers"]] == [0, 0]
    assert admin.get(f"{MODELS}/a/compare/nobody").status == 404
