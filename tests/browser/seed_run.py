"""A project, models and jobs to look at."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from functions.events.app import handler as consume
from parlance.adapters import aws, evaluations, jobs, models
from parlance.adapters.sql import query, transaction
from parlance.domain.evaluations import Evaluation, read_report, scores_of
from parlance.domain.jobs import Failure, Job, Progress
from parlance.domain.models import Model
from parlance.services import project
from tests.browser import seed
from tests.support import moodbot

CONCIERGE = Path(__file__).parents[2] / "examples/concierge"
HOUR = 3600.0
REPORT = Path(__file__).parents[1] / "data/evaluation-report.json"
LONG = "20261120-071530-a-model-whose-name-somebody-made-as-long-as-the-whole-sentence-it-should-have-been"
HANDOFF = {"do": "action_human_handoff", "says": "I call a colleague of mine."}


def at(ago: float) -> datetime:
    """Return the moment so many seconds ago."""
    return datetime.fromtimestamp(time.time() - ago, UTC)


def concierge() -> None:
    """Make the example's project the one of the installation."""
    files = {str(path.relative_to(CONCIERGE)): path.read_text() for path in sorted(CONCIERGE.rglob("*.yml"))}
    project.import_files(files, "ada")


def model(name: str, ago: float, **more: Any) -> None:
    """Store a model's row; its file is nowhere."""
    facts = {"object_key": f"models/{name}.tar.gz", "etag": name, "size": 24_300_000, "rasa_version": "3.6.21"}
    with transaction() as run:
        made = Model(name=name, trained_at=at(ago), created_by="ada", **facts, **{"model_id": name, **more})
        models.add(run, made)


def tag(name: str, tag: str) -> None:
    """Give a tag to a model."""
    with transaction() as run:
        models.tag(run, name, tag, "ada")


def job(number: int, ago: float, state: Any, **more: Any) -> None:
    """Store a job; no task belongs to it."""
    ends = {} if state == "running" else {"finished_at": at(ago - 95)}
    facts = {"created_by": "ada", "started_at": at(ago - 2), "claimed_at": at(ago - 2), **ends, **more}
    jobs.insert(Job(id=f"{number:032x}", created_at=at(ago), state=state, **facts))


def workshop() -> None:
    """Store models, and jobs that run, failed and succeeded."""
    model("20261122-091200-concierge", 2 * HOUR, model_id="m1")
    model(LONG, 50 * HOUR)
    tag("20261122-091200-concierge", "production")
    tag(LONG, "staging")
    trained = Progress(stage="training", component="DIETClassifier", epoch=41, epochs=100, loss=1.284, accuracy=0.918)
    course = tuple((epoch, round(1.2 + 8 / epoch, 3)) for epoch in range(1, 42, 2))
    more = {"percent": 47.0, "eta_s": 71.0, "loss_of": "DIETClassifier", "losses": course}
    log = ("Training NLU model.", "Epochs: 41/100 <b>loss</b>=1.284")
    job(1, 60, "running", progress=Progress(**{**_fields(trained), **more}), log_tail=log)
    job(2, 2 * HOUR, "succeeded", model="20261122-091200-concierge")
    wrong = Failure(code="InvalidProject", message="domain.yml, line 4: the intent 'book_table' is listed twice.")
    job(3, 3 * HOUR, "failed", error=wrong)


def history(lines: int) -> None:
    """Write so many lines into the audit log."""
    sql = """
        INSERT INTO audit_log (actor, via, action, object, details)
        SELECT 'ada', 'jwt', 'users:create', 'line ' || number, '{}' FROM generate_series(1, :lines) AS number
    """
    query(sql, lines=lines)


def _fields(progress: Progress) -> dict[str, Any]:
    return {name: getattr(progress, name) for name in Progress.__struct_fields__ if getattr(progress, name) is not None}


def week(now: float) -> None:
    """Store a week of conversations: more every day, some not understood, some handed over to a human."""
    told = []
    for day in range(7):
        for visit in range(3 + day):
            start = now - (6 - day) * 24 * HOUR - visit * 1800 - 900
            name = f"guest-{day}-{visit}"
            told.append(_odd(name, start, visit) or seed.booking(name, start))
    seed.store(*told)


def _menu(name: str, start: float) -> seed.Told:
    """Return what the example's first story tells."""
    asked = seed.heard("what is on the menu", start + 1, {"ask_menu": 0.97})
    menu = seed.answer("utter_menu", start + 2, "Today: pumpkin soup.")[:2]
    offer = seed.answer("utter_suggest_booking", start + 3, "Shall I book a table for you?")
    agreed = seed.heard("yes please", start + 9, {"affirm": 0.98})
    return name, [*seed.rasa.session(start), asked, *menu, *offer, agreed, *seed.answer("booking_form", start + 10)]


def _odd(name: str, start: float, visit: int) -> seed.Told | None:
    if visit % 4 == 1:
        return seed.fallback(name, start)
    if visit % 4 == 3:
        return _menu(name, start)
    if visit % 5 == 2:
        ranking = {"ask_human": 0.88, "greet": 0.05}
        asked = seed.heard("let me talk to somebody", start + 1, ranking, channel="telegram")
        return name, [*seed.rasa.session(start), asked, *seed.answer(HANDOFF["do"], start + 2, HANDOFF["says"])]
    return None


def refused() -> None:
    """Let the event service refuse two messages."""
    consume(moodbot.batch(['{"sender_id": "web-1", "event": "bot"}', "this is no message"]), None)


def evaluated(name: str, bucket: str) -> None:
    """Store an evaluation of a model, with what Rasa once reported of the example assistant."""
    aws.client("s3").create_bucket(Bucket=bucket)
    aws.client("s3").put_object(Bucket=bucket, Key="report.json", Body=REPORT.read_bytes())
    scores = scores_of(read_report(REPORT.read_bytes()))
    facts: dict[str, Any] = {"job_id": f"{2:032x}", "report_key": "report.json", "files": (), "created_by": "ada"}
    with transaction() as run:
        evaluations.add(run, Evaluation(model=name, scores=scores, created_at=at(60), **facts))
