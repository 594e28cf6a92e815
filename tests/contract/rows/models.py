"""Rows 13-15, 25, 46-50 and 66-79: logs, environments, files for Rasa, models, and what evaluations found.

`play` (in `known`) is a hand in the place of the worker's task.
"""

from __future__ import annotations

from typing import Any

from tests.contract.rows.calling import COUNTED, NOTHING, row

MODEL = {"hash", "model", "path", "project", "trained_at", "version", "tags"}
JOB = {"id", "state", "kind", "progress"}
EVALUATION = {"intent_evaluation", "model"}
WRONG = {"status", "reason"}
P = "/projects/default"
STORAGE = {"Location": "https?://.+"}
FORM = {"Content-Type": "multipart/form-data; boundary=limit"}


def form(content: bytes, name: str) -> bytes:
    """Return a model as `curl -F model=@...` sends it."""
    head = f'--limit\r\nContent-Disposition: form-data; name="model"; filename="{name}"\r\n\r\n'.encode()
    return head + content + b"\r\n--limit--\r\n"


def upload(known: dict[str, Any]) -> bytes:
    """Return the form with a good model."""
    return form(known["file"], "up.tar.gz")


def conversations_done(known: dict[str, Any]) -> None:
    """Let the task that evaluates conversations end."""
    known["play"].conversations(known["job"])


def evaluation_done(known: dict[str, Any]) -> None:
    """Let the task that evaluates a model end."""
    known["play"].evaluation(known["job"])


KEEP_JOB = {"job": lambda reply: reply.json["id"]}

# fmt: off
ROWS = (
    row(25, "GET /config?token={service}", 200, {"credentials", "endpoints"}, who="nobody"),
    row(25, "GET /config", 401, WRONG, who="nobody"),
    row(13, "GET /logs", 302, NOTHING, headers=STORAGE),
    row(14, "GET /environments", 200, {"environments"}, keep={"text": lambda reply: reply.json["environments"]}),
    row(15, "PUT /environments", 200, {"environments"}, json=lambda known: {"environments": known["text"]}),
    row(66, f"GET {P}/models?limit=5&offset=0&tag=production", 200, [MODEL], headers={"X-Total-Count": "1"}),
    row(66, f"GET {P}/models?token={{service}}", 200, [MODEL], who="nobody", headers=COUNTED),
    row(67, f"POST {P}/models", 201, MODEL, body=upload, sent=FORM),
    row(67, f"POST {P}/models", 409, WRONG, body=upload, sent=FORM),
    row(67, f"POST {P}/models", 400, WRONG, body=lambda _: form(b"no archive", "x.tar.gz"), sent=FORM),
    row(72, f"PUT {P}/models/up/tags/staging", 204, NOTHING),
    row(72, f"PUT {P}/models/none/tags/staging", 404, WRONG),
    row(68, f"GET {P}/models/tags/production?token={{service}}", 302, NOTHING, who="nobody",
        headers={**STORAGE, "ETag": '"?[0-9a-f-]{32,}"?', "filename": r"m0\.tar\.gz"},
        keep={"etag": lambda reply: reply.headers["ETag"]}),
    row(68, f"GET {P}/models/tags/none?token={{service}}", 404, WRONG, who="nobody"),
    row(69, f"GET {P}/models/up", 302, NOTHING, headers={**STORAGE, "ETag": ".+", "filename": r"up\.tar\.gz"}),
    row(69, f"GET {P}/models/none", 404, WRONG),
    row(73, f"DELETE {P}/models/up/tags/staging", 204, NOTHING),
    row(73, f"DELETE {P}/models/up/tags/staging", 404, WRONG),
    row(70, f"DELETE {P}/models/up", 204, NOTHING),
    row(70, f"DELETE {P}/models/up", 404, WRONG),
    row(77, f"PUT {P}/evaluations/m0", 202, JOB, keep=KEEP_JOB),
    row(78, f"GET {P}/evaluations/m0", 200, EVALUATION, before=evaluation_done),
    row(76, f"GET {P}/evaluations", 200, [EVALUATION]),
    row(79, f"DELETE {P}/evaluations/m0", 204, NOTHING),
    row(79, f"DELETE {P}/evaluations/m0", 404, WRONG),
    row(46, "PUT /conversations/a/evaluation", 202, JOB, keep=KEEP_JOB),
    row(47, "GET /conversations/a/evaluation", 404, WRONG),
    row(47, "GET /conversations/a/evaluation", 200, {"accuracy"}, before=conversations_done),
    row(50, "GET /evaluations", 200, [{"a"}]),
    row(48, "DELETE /conversations/a/evaluation", 204, NOTHING),
    row(49, "POST /evaluate", 202, JOB),
    row(71, f"POST {P}/models/jobs?environment=worker", 202, JOB),
)
# fmt: on
