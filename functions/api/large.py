"""Answers larger than a function may give: they lie in storage for a while, and the answer says where."""

from __future__ import annotations

from typing import Any

from chalice.app import Response

from parlance.services.large_answers import deposit, fits

SEE_OTHER, NO_CONTENT = 303, 204


def fitting(done: Response, request: Any) -> Response:
    """Return an answer that fits as it is; for any other a redirect to storage, with the answer's own headers.

    A browser repeats `If-Match` to storage, which would take it for a tag of its own: a change with it is answered
    without a body, and what it made is read by GET.
    """
    if fits(done.body):
        return done
    if request.method != "GET" and request.headers.get("if-match"):
        headers = {name: value for name, value in done.headers.items() if name != "Content-Type"}
        return Response("", headers=headers, status_code=NO_CONTENT)
    address = deposit(done.body, str(done.headers.pop("Content-Type")))
    return Response("", headers={**done.headers, "Location": address}, status_code=SEE_OTHER)
