"""The one file of a form upload."""

from __future__ import annotations

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP

from parlance.domain.errors import Invalid

FIELD = "model"


def file_of(content_type: str, body: bytes, name: str) -> tuple[str, bytes]:
    """Return name and content of a form's field `model`, or the body itself; a name that is given counts more.

    Raises Invalid without a file or without a name.
    """
    if content_type.lower().startswith("multipart/"):
        given, body = _part(content_type, body)
        name = name or given
    if not name or not body:
        raise Invalid(
            f"Send the file in the form's field {FIELD!r}, or as the body with ?name=.", code="ModelSaveError"
        )
    return name, body


def _part(content_type: str, body: bytes) -> tuple[str, bytes]:
    head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    form = BytesParser(policy=HTTP).parsebytes(head + body)
    for part in form.iter_parts() if isinstance(form, EmailMessage) else ():
        if part.get_param("name", header="content-disposition") == FIELD:
            return part.get_filename() or "", bytes(part.get_payload(decode=True) or b"")
    return "", b""
