"""Texts judged while they are written."""

from __future__ import annotations

import msgspec

from functions.api.endpoint import API_TOKEN, MEGABYTE, Call, Resource
from parlance.domain.training.checks import Checked, Kind
from parlance.services import checks as service

checks = Resource(__name__)


class Draft(msgspec.Struct, frozen=True):
    """A text, and what it is going to be."""

    kind: Kind
    text: str


@checks.endpoint(
    "POST",
    "/projects/default/checks",
    scope="projects:get",
    accepts=API_TOKEN,
    body=Draft,
    limit=2 * MEGABYTE,
    audit="never",
    answer=Checked,
)
def check_draft(_call: Call, body: Draft) -> Checked:
    """Say what is wrong in a text before it is kept, and outline its stories; nothing is changed."""
    return service.check(body.kind, body.text)
