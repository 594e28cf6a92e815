"""`make bench-serving`: a new model in service while people talk, and the pace of Rasa with our parts and without.

Key `training`, objects `example` and `helpdesk`: `promote_to_live_s` (from the tag to the new model's first answer),
`downtime_ms` (from the first failed turn to the end of the last; 0 when none failed), `failed_turns`,
`slowest_turn_ms` (while the model was loaded), `turns`; `serve_turns_per_s` (front door, locks, tracker store, events)
and `bare_turns_per_s` (`rasa run` with the same model, everything in memory, asked directly), each with PEOPLE talking;
`serve_turns_per_s_own_core` and `bare_turns_per_s_own_core`: the same, Rasa on a core of its own and everything else on
the others (Linux).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import cores
from benchmarks.report import merge
from benchmarks.talkers import Talkers, rate, turn
from benchmarks.training import BOTS, RASA
from infra.local.api import Api
from infra.local.assistant import OVER, project_files
from tests.e2e.installation import Installation, eventually, free_ports

if TYPE_CHECKING:
    from collections.abc import Iterator

PEOPLE = int(os.environ.get("PEOPLE", "2"))
SECONDS = float(os.environ.get("SECONDS", "20"))
MODELS = "/api/projects/default/models"
SPOKEN = re.compile(r"^\s+- (.+)$", re.MULTILINE)
MARKED = re.compile(r"\[([^\]]*)\](\([^)]*\)|\{[^}]*\})")


def main() -> None:
    """Measure both assistants on one installation; each figure is written when it is there."""
    place = Installation(Path(tempfile.mkdtemp(prefix="parlance-bench-")) / "state")
    try:
        ran = place.up()
        if ran.code:
            raise SystemExit(ran.text)
        for name, folder in BOTS.items():
            for figures in measured(place, project_files(folder), is_odd=name == "helpdesk"):
                merge("training", name, figures)
                print(name, figures, flush=True)
    finally:
        place.make("down")
        shutil.rmtree(place.state.parent, ignore_errors=True)


def measured(place: Installation, files: dict[str, str], *, is_odd: bool) -> Iterator[dict[str, Any]]:
    """Yield one assistant's figures as they are there; `is_odd`: Rasa's validation refuses it."""
    api, texts = place.log_in(), sentences(files)
    api.call("PUT", "/api/projects/default/files", {"files": files})
    first = trained(api, force=True, skip_validation=is_odd)
    remarked = {**files, "domain.yml": files["domain.yml"] + "\n# another project, and nothing of it to train anew\n"}
    api.call("PUT", "/api/projects/default/files", {"files": remarked})
    second = trained(api, skip_validation=is_odd)
    promote(api, first)
    yield promotion(place, api, second, texts)
    yield pace(place, api, second, texts)


def sentences(files: dict[str, str]) -> list[str]:
    """Return what the assistant's own examples say, at most 40 of them, without marks of entities."""
    data = "\n".join(text for path, text in sorted(files.items()) if "nlu" in path)
    return [MARKED.sub(r"\1", said) for said in SPOKEN.findall(data) if not said.startswith("intent:")][:40]


def trained(api: Api, *, skip_validation: bool, force: bool = False) -> dict[str, Any]:
    """Train a model and return what the workbench knows of it."""
    job = api.call("POST", f"{MODELS}/jobs", {"force": force, "skip_validation": skip_validation})
    while (seen := api.call("GET", f"/api/jobs/{job['id']}"))["state"] not in OVER:
        time.sleep(0.5)
    if seen["state"] != "succeeded":
        raise SystemExit(str(seen))
    return next(model for model in api.call("GET", MODELS) if model["job"] == job["id"])


def served(api: Api) -> str | None:
    """Return the id of the model that answers now."""
    found = api.call("GET", "/api/health")["production"].get("model_id")
    return str(found) if found else None


def promote(api: Api, model: dict[str, Any]) -> None:
    """Put a model into service and wait until it answers."""
    api.call("PUT", f"{MODELS}/{model['model']}/tags/production")
    eventually(lambda: served(api) == model["model_id"], 120)


def promotion(place: Installation, api: Api, model: dict[str, Any], texts: list[str]) -> dict[str, Any]:
    """Put a model into service while people talk; return how long it took and what they noticed."""
    with Talkers(place.url, texts, PEOPLE) as talkers:
        time.sleep(5)
        began = time.time()
        promote(api, model)
        turn(talkers.url, "first-answer", texts[0])
        live = time.time()
        time.sleep(3)
    failed = [one for one in talkers.turns if not one.is_answered]
    during = [one.seconds for one in talkers.turns if began <= one.at < live]
    down = max(one.at + one.seconds for one in failed) - min(one.at for one in failed) if failed else 0.0
    return {
        "promote_to_live_s": round(live - began, 2),
        "downtime_ms": round(down * 1000),
        "failed_turns": len(failed),
        "slowest_turn_ms": round(max(during) * 1000),
        "turns": len(talkers.turns),
    }


def pace(place: Installation, api: Api, model: dict[str, Any], texts: list[str]) -> dict[str, Any]:
    """Return turns a second of the installation, and of Rasa alone with the same model."""
    ours = both_ways(place, place.url, cores.serving(place.state), texts)
    with bare_rasa(place, api, model) as (url, process):
        bare = both_ways(place, url, process, texts)
    named = {f"serve_turns_per_s{how}": turns for how, turns in ours.items()}
    return {**named, **{f"bare_turns_per_s{how}": turns for how, turns in bare.items()}, "people": PEOPLE}


def both_ways(place: Installation, url: str, rasa: int, texts: list[str]) -> dict[str, float]:
    """Return turns a second with all cores for all, and with a core for Rasa alone."""
    turns = {"": round(rate(Talkers(url, texts, PEOPLE), SECONDS), 1)}
    if cores.CAN:
        with cores.own_core(rasa, place.state):
            turns["_own_core"] = round(rate(Talkers(url, texts, PEOPLE), SECONDS), 1)
    return turns


@contextmanager
def bare_rasa(place: Installation, api: Api, model: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Run stock Rasa with the model, in memory, with the same action server; gives its address and process."""
    address = api.call("GET", f"{MODELS}/{model['model']}")["url"]
    with tempfile.TemporaryDirectory(prefix="parlance-bare-") as name:
        folder, port = Path(name), free_ports()[0]
        with urllib.request.urlopen(address) as file:
            (folder / "model.tar.gz").write_bytes(file.read())
        actions = f"http://127.0.0.1:{place.settings['PARLANCE_ACTIONS_PORT']}/webhook"
        (folder / "endpoints.yml").write_text(f"action_endpoint: {{url: '{actions}'}}\n")
        (folder / "credentials.yml").write_text("rest:\n")
        process = start(folder, port)
        try:
            eventually(lambda: Api(f"http://127.0.0.1:{port}").status_of("/") == 200, 180)  # it has a model by then
            yield f"http://127.0.0.1:{port}", process.pid
        except AssertionError as error:
            raise SystemExit((folder / "log").read_text()[-3000:]) from error
        finally:
            process.terminate()
            process.wait(30)


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start `rasa run` in a folder with model.tar.gz, endpoints.yml and credentials.yml."""
    command = [
        str(RASA),
        "-m",
        "rasa",
        "run",
        "--model",
        "model.tar.gz",
        "--port",
        str(port),
        "--interface",
        "127.0.0.1",
    ]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [*command, "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"],
            cwd=folder,
            env={**os.environ, "RASA_TELEMETRY_ENABLED": "false"},
            stdout=log,
            stderr=log,
        )


if __name__ == "__main__":
    main()
