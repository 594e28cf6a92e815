"""What `make up` sets off when everything is ready."""

from __future__ import annotations

from infra.local import installation
from infra.local.deployed import Deployed
from infra.local.settings import Settings


class Lambda:
    def __init__(self):
        self.calls = []

    def invoke(self, **call):
        self.calls.append(call)


def test_the_sweeper_looks_at_once_and_nobody_waits_for_it(monkeypatch):
    service = Lambda()
    monkeypatch.setattr(installation, "client", lambda _settings, name: {"lambda": service}[name])
    found = Deployed(api_id="a", api_stage="live", ui_bucket="u", outputs={"SweepFunction": "parlance-sweep"})

    installation.sweep_soon(Settings(), found)

    (call,) = service.calls
    assert (call["FunctionName"], call["InvocationType"]) == ("parlance-sweep", "Event")
