"""A repository connected through the deployed API: its task is started by ECS and run by the agent as a process."""

import json
import time
from urllib.parse import urlsplit

from infra.local.agent.__main__ import build
from infra.local.settings import Settings
from tests.integration.git.conftest import PROJECT
from tests.support.git_server import Origin, ssh_server

BASE = "/api/projects/default/git_repositories"


def call(cloud, admin, method, path, body=None):
    status, _headers, answer = cloud.call(method, path, json.dumps(body).encode() if body else None, admin)
    assert status < 400, answer
    return json.loads(answer) if answer else None


def finished(cloud, admin, agent, job):
    """Let the agent work until the job is over."""
    end = time.monotonic() + 240
    while job["state"] in {"queued", "running"} and time.monotonic() < end:
        agent.turn()
        time.sleep(0.2)
        job = call(cloud, admin, "GET", f"/api/jobs/{job['id']}")
    return job


def test_edits_travel_from_the_deployed_api_into_the_repository(cloud, admin, tmp_path):
    origin = Origin.create(tmp_path)
    origin.push(PROJECT)
    agent = build(Settings(state=str(tmp_path / "state"), emulator_port=urlsplit(cloud.url).port))
    key = call(cloud, admin, "GET", f"{BASE}/public_ssh_key")["public_ssh_key"]

    with ssh_server(tmp_path / "sshd") as server:
        server.allow(key)
        address = {"repository_url": server.url(origin), "known_hosts": server.known_hosts}
        choices = {"use_generated_ssh_keys": True, "start_with": "remote"}
        job = call(cloud, admin, "POST", BASE, {**address, **choices})
        place = f"{BASE}/{job['repository']['id']}"
        connected = finished(cloud, admin, agent, job)
        files = call(cloud, admin, "GET", "/api/projects/default/files")["files"]
        edited = {**files, "domain.yml": files["domain.yml"].replace("Hello!", "Good day!")}
        call(cloud, admin, "PUT", "/api/projects/default/files", {"files": edited})
        pushed = finished(cloud, admin, agent, call(cloud, admin, "POST", f"{place}/branches/main/commits"))

    assert (connected["state"], connected["error"]) == ("succeeded", None)
    assert files == PROJECT
    assert pushed["state"] == "succeeded"
    assert "Good day!" in origin.show("domain.yml")
    call(cloud, admin, "DELETE", place)
    agent.stop_all()
    agent.turn()
