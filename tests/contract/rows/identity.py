"""Rows 1-12, 16-17, 26-28, 65 and 155-165: server, users, settings, roles, analytics."""

from __future__ import annotations

from tests.contract.rows.calling import COUNTED, NOTHING, row
from tests.support.installation import PASSWORD

USER = {"username", "roles", "projects", "team", "authentication_mechanism", "permissions"}
ROLE = {"role", "grants", "description", "is_default"}
SERIES = {
    "bin_centers", "bin_width", "new_users", "conversations", "user_messages", "bot_messages", "total_messages",
    "sessions_per_user", "conversation_length", "conversation_steps",
}  # fmt: skip
NEW_PASSWORD = {"old_password": PASSWORD, "new_password": "longer than before"}
NEW_PASSWORD |= {"new_password_confirm": "longer than before"}
PAGED = "?limit=10&offset=0"

# fmt: off
ROWS = (
    row(1, "GET /health", 200, {"production", "worker", "database_migration"}, who="nobody"),
    row(2, "GET /version", 200, {"rasa", "rasa-x", "keys"}, who="nobody"),
    row(3, "GET /user", 200, USER | {"data", "api_token"}),
    row(4, "PATCH /user", 200, USER, json={"username": "ada"}),
    row(6, "POST /users", 201, USER, json={"username": "bob", "password": "long enough", "roles": ["tester"]}),
    row(6, "POST /users", 201, USER | {"saml_id"}, json={"saml_id": "eve@example.test", "roles": ["tester"]}),
    row(5, "GET /users", 200, [USER | {"data"}], headers=COUNTED),
    row(5, "GET /users?username=bob&role=tester", 200, [USER], headers={"X-Total-Count": "1"}),
    row(5, "GET /users?username=nobody", 404, {"status", "reason"}),
    row(7, "PUT /users/ada", 204, NOTHING, json={"data": {"any": ["thing"]}}),
    row(7, "PUT /users/bob", 403, {"status", "reason"}, json={"data": 1}),
    row(156, "POST /roles", 201, ROLE, json={
        "role": "editor", "grants": {"default": {"stories": {"modify": True}}}, "description": "Edits",
        "is_default": False,
    }),
    row(155, "GET /roles", 200, [ROLE], headers=COUNTED),
    row(157, "GET /roles/editor", 200, ROLE),
    row(158, "PUT /roles/editor", 200, ROLE, json={"grants": {"default": {"rules": {"view": True}}}}),
    row(161, "PUT /roles/editor/users", 200, [str], json=["bob"]),
    row(160, "GET /roles/editor/users", 200, [str]),
    row(162, "GET /users/bob/roles", 200, [str]),
    row(163, "PUT /users/bob/roles", 200, [str], json=["tester", "editor"]),
    row(164, "DELETE /users/bob/roles/editor", 204, NOTHING),
    row(159, "DELETE /roles/editor", 204, NOTHING),
    row(8, "DELETE /users/bob", 200, USER),
    row(8, "DELETE /users/bob", 404, {"status", "reason"}),
    row(8, "DELETE /users/ada", 403, {"status", "reason"}),
    row(11, "GET /features", 200, list, who="nobody"),
    row(12, "POST /features", 200, {"name", "enabled"}, json={"name": "e2e", "enabled": True}),
    row(26, "GET /telemetry", 200, dict),
    row(27, "POST /telemetry", 200, dict, json={"event_name": "x", "properties": {}, "context": {}}),
    row(28, "DELETE /telemetry", 200, dict),
    row(65, "POST /auth/jwt", 404, {"status", "reason"}, json={"chat_token": "none"}, who="nobody"),
    row(17, "PUT /chatToken", 200, {"chat_token", "bot_name", "description", "expires"},
        json={"bot_name": "Bot", "description": "Helps"}, keep={"link": lambda reply: reply.json["chat_token"]}),
    row(16, "GET /chatToken", 200, {"chat_token", "bot_name", "description", "expires"}),
    row(16, "GET /chatToken?token={service}", 200, {"chat_token"}, who="nobody"),
    row(65, "POST /auth/jwt", 401, {"status", "reason"}, json={"chat_token": "wrong"}, who="nobody"),
    row(65, "POST /auth/jwt", 200, {"access_token", "conversation_id"}, json={"chat_token": "${link}"}, who="nobody"),
    row(165, "GET /analytics?start=1800000000&end=1800086400&window=3600", 200, SERIES),
    row(9, "POST /user/password", 403, {"status", "reason"}, json={**NEW_PASSWORD, "new_password_confirm": "another"}),
    row(9, "POST /user/password", 200, dict, json={"username": "ada", **NEW_PASSWORD}),
)
# fmt: on
