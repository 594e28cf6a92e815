"""Many training examples at once."""

from __future__ import annotations

from functions.api.endpoint import API_TOKEN, Call, Resource
from parlance.domain.training.examples import Edited, Edits
from parlance.services import example_edits as service

example_edits = Resource(__name__)


@example_edits.endpoint(
    "POST",
    "/projects/default/training_examples/bulk",
    scope="examples:create",
    accepts=API_TOKEN,
    body=Edits,
    answer=Edited,
)
def edit(call: Call, body: Edits) -> Edited:
    """Add and remove many training examples in one request."""
    return service.edit(call.principal, body)
