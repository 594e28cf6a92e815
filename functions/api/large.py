"""Answers larger than a function may give: they lie in storage for a while, and the answer says where."""

from __future__ import annotations

from chalice.app import Response

from parlance.services.large_answers import deposit, fits

SEE_OTHER = 303


def fitting(done: Response) -> Response:
    """Return an answer that fits as it is; for any other a redirect to storage, with the answer's own headers."""
    if fits(done.body):
        return done
    address = deposit(done.body, str(done.headers.pop("Content-Type")))
    return Response("", headers={**done.headers, "Location": address}, status_code=SEE_OTHER)
