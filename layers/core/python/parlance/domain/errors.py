"""The one error tree: raised in services, mapped to HTTP in one decorator around the views."""

from __future__ import annotations


class AppError(Exception):
    """An answer that is not success: `status` is the HTTP status, `code` the contract's machine-readable reason."""

    status = 500
    code = "InternalError"

    def __init__(
        self, message: str, *, code: str | None = None, details: object = None, retry_after: int | None = None
    ) -> None:
        """Keep a message for people; where it helps a code, details for programs, seconds until a retry."""
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.details = details
        self.retry_after = retry_after


class Invalid(AppError):
    """The request's content is wrong; the message names the field."""

    status, code = 400, "WrongSchema"


class Unauthorized(AppError):
    """Nobody is logged in, or the token is forged or stale."""

    status, code = 401, "Unauthorized"


class Forbidden(AppError):
    """The user is known and may not do this."""

    status, code = 403, "Forbidden"


class NotFound(AppError):
    """The named thing does not exist, or the user may not know that it does."""

    status, code = 404, "NotFound"


class MethodNotAllowed(AppError):
    """The path exists, this method on it does not."""

    status, code = 405, "MethodNotAllowed"


class Conflict(AppError):
    """Another change came first."""

    status, code = 409, "Conflict"


class PreconditionFailed(AppError):
    """What the caller changes is no longer what it has read (`If-Match`)."""

    status, code = 412, "PreconditionFailed"


class TooLarge(AppError):
    """The body is over the limit."""

    status, code = 413, "TooLarge"


class Unsupported(AppError):
    """The content type is not one that this call takes."""

    status, code = 415, "UnsupportedMediaType"


class Unprocessable(AppError):
    """The request is well formed and cannot be carried out as it stands."""

    status, code = 422, "Unprocessable"


class TooMany(AppError):
    """Too many tries; wait and try again."""

    status, code = 429, "TooManyRequests"


class Unavailable(AppError):
    """A part that is needed does not answer now; the same call may work later."""

    status, code = 503, "Unavailable"
