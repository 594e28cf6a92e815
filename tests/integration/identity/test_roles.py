"""Roles of one's own, who holds them, and that nobody climbs or is locked out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from parlance.adapters import tokens
from tests.support.api import Client
from tests.support.installation import PASSWORD

EDITOR = {
    "role": "editor",
    "grants": {"default": {"basic": {"modify": True}, "stories": {"view": True, "modify": True}}},
}
KEEPER = {"role": "keeper", "grants": {"default": {"basic": {"modify": True}, "advanced": {"modify": True}}}}


@pytest.fixture
def keeper(admin, login) -> Client:
    """Someone who looks after accounts, without being an administrator."""
    admin.post("/roles", KEEPER)
    client = login("kim", "tester")
    admin.put("/users/kim/roles", ["keeper"])
    return client


def test_built_in_roles_are_listed_and_stay_as_they_are(admin):
    assert [role["role"] for role in admin.get("/roles").json] == ["admin", "annotator", "tester", "guest"]
    assert admin.get("/roles/tester").json["grants"]["default"]["models"] == {"view": True, "modify": False}
    assert admin.put("/roles/tester", {"grants": {}}).status == 403
    assert admin.delete("/roles/admin").status == 403
    assert admin.post("/roles", EDITOR | {"role": "guest"}).status == 409


def test_an_own_role_opens_what_it_grants_and_nothing_else(admin, login):
    made = admin.post("/roles", EDITOR)
    client = login("eddie", "tester")
    admin.put("/users/eddie/roles", ["editor"])

    assert made.status == 201
    assert admin.get("/roles/editor").json == made.json
    assert "stories:update" in client.get("/user").json["permissions"]
    assert client.get("/conversations").status == 403
    assert client.get("/users").status == 403


def test_an_own_roles_permissions_stand_in_tokens(admin):
    admin.post("/roles", EDITOR)
    admin.post("/users", {"username": "eddie", "password": PASSWORD, "roles": ["editor"]})

    token = Client().post("/auth", {"username": "eddie", "password": PASSWORD}).json["access_token"]

    assert "stories:update" in tokens.read(token)["scopes"]
    assert "stories:update" in tokens.read(Client(token).post("/auth/refresh").json["access_token"])["scopes"]


def test_a_changed_role_counts_at_the_next_call(admin, login):
    admin.post("/roles", EDITOR)
    client = login("eddie", "editor")
    assert client.get("/users").status == 403

    admin.put("/roles/editor", {"grants": {"default": {"advanced": {"view": True}}}, "description": "sees accounts"})

    assert client.get("/users").status == 200
    assert admin.get("/roles/editor").json["description"] == "sees accounts"


def test_a_role_that_somebody_holds_is_not_deleted(admin, login):
    admin.post("/roles", EDITOR)
    login("eddie", "editor")

    refused = admin.delete("/roles/editor")
    admin.put("/roles/editor/users", [])

    assert (refused.status, refused.json["details"]) == (409, {"users": ["eddie"]})
    assert admin.delete("/roles/editor").status == 204
    assert admin.get("/roles/editor").status == admin.delete("/roles/editor").status == 404


@pytest.mark.parametrize(
    ("grants", "named"),
    [
        ({"other": {}}, "other"),
        ({"default": {"nonsense": {"view": True}}}, "nonsense"),
        ({"default": {"stories": 7}}, "grants"),
    ],
)
def test_wrong_grants_are_named(admin, grants, named):
    answer = admin.post("/roles", {"role": "r", "grants": grants})

    assert answer.status == 400
    assert named in answer.json["message"]


def test_holders_are_set_as_a_whole_or_not_at_all(admin, tester, annotator):
    assert admin.put("/roles/tester/users", ["anna"]).json == ["anna"]
    assert admin.get("/users/tess/roles").json == []
    assert admin.get("/users/anna/roles").json == ["annotator", "tester"]

    assert admin.put("/roles/tester/users", ["tess", "nobody"]).status == 400
    assert admin.get("/roles/tester/users").json == ["anna"]
    assert tester.get("/conversations/x/tracker").status == 403


def test_one_role_is_taken_from_one_user(admin, tester):
    admin.put("/users/tess/roles", ["tester", "annotator", "tester"])

    assert admin.delete("/users/tess/roles/tester").status == 204
    assert admin.get("/users/tess/roles").json == ["annotator"]
    assert admin.delete("/users/tess/roles/tester").status == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/users/nobody/roles", None),
        ("PUT", "/users/nobody/roles", ["tester"]),
        ("DELETE", "/users/nobody/roles/tester", None),
        ("GET", "/roles/nothing/users", None),
        ("PUT", "/roles/nothing/users", []),
        ("PUT", "/roles/nothing", {"grants": {}}),
        ("DELETE", "/users/nobody/sessions", None),
    ],
)
def test_what_does_not_exist_is_404(admin, method, path, body):
    assert admin.send(method, path, json=body).status == 404


def test_guest_is_no_role_to_hand_out_and_an_unknown_one_is_answered_with_the_choice(admin, tester):
    assert admin.put("/users/tess/roles", ["guest"]).status == 400
    assert "admin, annotator, tester" in admin.put("/users/tess/roles", ["emperor"]).json["message"]
    assert admin.get("/users/tess/roles").json == ["tester"]


def test_a_new_account_without_a_role_gets_the_default_ones(admin):
    new = {"username": "zoe", "password": PASSWORD}
    assert admin.post("/users", new).status == 400

    admin.post("/roles", EDITOR | {"is_default": True})

    assert admin.post("/users", new).json["roles"] == ["editor"]


def test_the_first_administrator_cannot_be_locked_out(admin, login):
    other = login("eve", "admin")

    refused = [
        other.delete("/users/ada"),
        other.put("/users/ada/roles", ["tester"]),
        other.delete("/users/ada/roles/admin"),
        other.put("/roles/admin/users", ["eve"]),
        admin.put("/users/ada/roles", []),
    ]

    assert {(answer.status, answer.json["reason"]) for answer in refused} == {(403, "FirstAdministrator")}
    assert admin.get("/roles/admin/users").json == ["ada", "eve"]
    assert admin.put("/roles/admin/users", ["ada"]).json == ["ada"]


def test_nobody_deletes_themselves(admin, login):
    assert login("eve", "admin").delete("/users/eve").status == 403


def test_who_looks_after_accounts_does_not_climb(keeper, admin, tester):
    refused = [
        keeper.put("/users/kim/roles", ["admin"]),
        keeper.put("/users/kim/roles", ["keeper", "annotator"]),
        keeper.post("/users", {"username": "mole", "password": PASSWORD, "roles": ["admin"]}),
        keeper.post("/roles", {"role": "all", "grants": {"default": {"models": {"modify": True}}}}),
        keeper.put("/roles/keeper", {"grants": {"default": {"conversations": {"modify": True}}}}),
        keeper.delete("/users/ada"),
        keeper.delete("/users/ada/sessions"),
        keeper.put("/users/tess/roles", []),
    ]

    assert {(answer.status, answer.json["reason"]) for answer in refused[:5]} == {(403, "GrantsTooMuch")}
    assert {(answer.status, answer.json["reason"]) for answer in refused[5:]} == {(403, "AccountAbove")}
    assert keeper.post("/users", {"username": "ally", "password": PASSWORD, "roles": ["keeper"]}).status == 201


def test_every_category_together_is_still_no_administrator(admin, login):
    everything = {name: {"modify": True} for name in admin.get("/roles/admin").json["grants"]["default"]}
    admin.post("/roles", {"role": "all", "grants": {"default": everything}})
    almost = login("al", "all")

    assert almost.put("/users/al/roles", ["admin"]).json["reason"] == "GrantsTooMuch"
    assert almost.delete("/users/ada").status == 403


def test_an_administrator_ends_anothers_sessions(admin, tester):
    token = tester.post("/user/tokens", {"name": "ci"}).json["token"]

    assert admin.delete("/users/tess/sessions").status == 204

    assert tester.get("/user").json["reason"] == "StaleToken"
    assert Client().get(f"/projects/default/models?api_token={token}").status == 200


def test_the_log_tells_accounts_and_roles_and_no_password(admin):
    admin.post("/users", {"username": "zoe", "password": PASSWORD, "roles": ["tester"]})
    Client().post("/auth", {"username": "zoe", "password": PASSWORD})
    admin.put("/users/zoe/roles", ["annotator"])
    admin.delete("/users/zoe")

    log = admin.get("/audit")

    told = [(line["actor"], line["action"], line["details"].get("roles")) for line in reversed(log.json)]
    assert told == [
        ("ada", "users:create", ["tester"]),
        ("zoe", "session:create", None),
        ("ada", "users:update", ["annotator"]),
        ("ada", "users:delete", ["annotator"]),
    ]
    assert PASSWORD not in log.text


def test_a_new_account_of_an_old_name_is_not_opened_by_the_old_ones_tokens(admin, tester):
    token = tester.post("/user/tokens", {"name": "ci"}).json["token"]
    admin.delete("/users/tess")
    admin.post("/users", {"username": "tess", "password": PASSWORD, "roles": ["admin"]})

    assert tester.get("/user").json["reason"] == "StaleToken"
    assert Client().get(f"/audit?api_token={token}").status == 401
    fresh = Client().post("/auth", {"username": "tess", "password": PASSWORD}).json["access_token"]
    assert Client(fresh).get("/user").status == 200


def test_nobody_holds_a_role_that_was_deleted_meanwhile(admin, tester):
    for number in range(5):
        name = f"r{number}"
        admin.post("/roles", EDITOR | {"role": name})

        with ThreadPoolExecutor(2) as pool:
            given = pool.submit(admin.put, "/users/tess/roles", [name])
            gone = pool.submit(admin.delete, f"/roles/{name}")

        assert (given.result().status, gone.result().status) in {(200, 409), (400, 204)}


def test_two_administrators_who_depose_each_other_leave_one(admin, login):
    other = login("eve", "admin")

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(admin.delete, "/users/eve"), pool.submit(other.delete, "/users/ada")]

    assert answers[0].result().status == 200
    assert answers[1].result().status in {401, 403}
    assert admin.get("/roles/admin/users").json == ["ada"]
