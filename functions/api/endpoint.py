"""The one decorator around views: who may call, what they must send, how every failure looks."""

from __future__ import annotations

import sys
import time
import traceback
from functools import wraps
from typing import TYPE_CHECKING, Any, Literal, get_args

import msgspec
from chalice.app import Blueprint, Response

from functions.api import fields
from functions.api import query as queries
from functions.api.answers import JSON, failure, respond
from functions.api.entity_tags import if_match, with_tag
from functions.api.large import fitting
from parlance.adapters.log import log
from parlance.domain.errors import AppError, Forbidden, Invalid, TooLarge, Unavailable, Unsupported
from parlance.domain.idempotency import Given, Keyed, hash_call
from parlance.domain.identity import ANONYMOUS, Principal
from parlance.domain.identity import SERVICE as RASA
from parlance.domain.live import changes_of
from parlance.services import audit as log_book
from parlance.services import idempotency, live, versions
from parlance.services.access import authenticate

if TYPE_CHECKING:
    from collections.abc import Callable

    View = Callable[..., Any]

JWT = frozenset({"jwt"})
API_TOKEN = frozenset({"jwt", "api_token"})
SERVICE = frozenset({"jwt", "api_token", "service"})
SERVICE_ONLY = frozenset({"service"})
MEGABYTE = 1024 * 1024
LONGEST_KEY = 255


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What a route promises; documentation, permission tests and the wrapper below all read it."""

    method: str
    path: str
    scope: str | None
    """Permission that the caller needs, in the form `clientEvents:create`; None is open to everybody."""
    accepts: frozenset[str] = JWT
    """The kinds of proof that count: JWT, API_TOKEN (also `?api_token=`), SERVICE (also `?token=`)."""
    body: Any = None
    """Type of the JSON body, given to the view as `body`; `bytes` passes it raw, `| None` takes no body as well."""
    query: Any = None
    """Struct of the query string, given to the view as `query`."""
    media: tuple[str, ...] = (JSON,)
    """Content types that the body may have."""
    limit: int = MEGABYTE
    """Largest body in bytes."""
    larger: str = ""
    """How more than that can be sent."""
    audit: Literal["call", "service", "never"] = "call"
    """Who writes the audit log's line of a change: this wrapper after it, the service in the change's transaction, or
    nobody, because what people say to a bot is no deed to keep a log of."""
    status: int | tuple[int, ...] = 200
    """Of success; several where the call may succeed in several ways."""
    answer: Any = Any
    """Type of the answer's JSON."""
    answers: dict[int, Any] = {}
    """The same by status, where it differs."""
    gives: tuple[str, ...] = (JSON,)
    """Content types that the answer may have; the caller's `Accept` chooses."""
    secret: bool = False
    """Whether the answer carries a token: it is then not kept for a call that is sent again."""
    tagged: bool = False
    """Whether the answer carries the object's entity tag (`ETag`), by which a change says what it builds on."""
    version: tuple[str, Any] | Literal["service"] | None = None
    """For a change that heeds `If-Match`: whose turn it takes (see services.versions) and what reads, for the call and
    the path's names, the object as it stands; or the service checks it itself."""
    summary: str = ""

    @property
    def is_change(self) -> bool:
        """Whether a known caller changes something by it."""
        return self.method != "GET" and self.scope is not None


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One authenticated request, as a view sees it."""

    principal: Principal
    headers: Any
    query: dict[str, str]
    address: str
    if_match: str | None = None
    """The entity tag of what the caller has read: the header, or `etag` of an object that comes back changed."""
    began: float = 0.0
    """When it came, on the monotonic clock."""


class Resource(Blueprint):
    """A routing file's blueprint: `@users.endpoint("GET", "/users", scope="users:list")` above `def f(call, ...)`."""

    def endpoint(self, method: str, path: str, *, scope: str | None, **promises: Any) -> Callable[[View], View]:
        """Serve `/api` + path; a view takes `call`, then the path's names, then `body` and `query` where promised."""

        def register(view: View) -> View:
            summary = (view.__doc__ or "").strip().split("\n")[0].rstrip(".")
            spec = Endpoint(method=method, path=f"/api{path}", scope=scope, summary=summary, **promises)
            served = self._wrap(view, spec)
            self.route(spec.path, methods=[method], content_types=["*/*"], name=f"{method} {path}")(served)
            return view

        return register

    def _wrap(self, view: View, spec: Endpoint) -> View:
        @wraps(view)
        def served(**path: str) -> Response:
            try:
                return _call(view, spec, self.current_request, path)
            except AppError as error:
                return respond(failure(error))
            except RecursionError as error:  # whatever reads what callers send gives up on such, at a depth of its own
                log_crash(error)  # or a mistake of ours: the place tells
                return respond(failure(Invalid("The request is nested too deeply.")))
            except Exception as error:  # noqa: BLE001  the edge: nobody above could answer in the contract's shape
                log_crash(error)
                return respond(failure(outage(error) or AppError("The server made a mistake; it is in its log.")))

        served.endpoint = spec  # type: ignore[attr-defined]
        return served


def _call(view: View, spec: Endpoint, request: Any, path: dict[str, str]) -> Response:
    began, given = time.monotonic(), dict(request.query_params or {})  # of a repeated name the last value
    _refuse_nul(given, path)
    principal = ANONYMOUS if spec.scope is None else authenticate(request.headers, given, spec.accepts)
    if spec.scope is not None and spec.scope not in principal.scopes:
        raise Forbidden(f"This needs the permission {spec.scope}.")
    inputs = _inputs(spec, request, given)
    address = str(request.context.get("identity", {}).get("sourceIp", ""))
    tag = if_match(request, is_object=spec.method == "PUT" and spec.body not in {None, bytes})
    call = Call(principal=principal, headers=request.headers, query=given, address=address, if_match=tag, began=began)

    def act() -> Response:
        result = _viewed(spec, call, path, lambda: view(call, **path, **inputs))
        if spec.is_change and spec.audit == "call":
            log_book.record_done(principal, str(spec.scope), "/".join(path.values()))
        if spec.is_change and spec.audit != "never":
            live.announce(changes_of(str(spec.scope), path, getattr(result, "body", result)))
        return respond(fields.chosen(result, given) if spec.method == "GET" else result)

    key = request.headers.get("idempotency-key") if spec.is_change else None
    # last, for all is done and kept by then: a large answer that storage does not take may be asked for again
    return fitting(act() if key is None else _once(spec, _keyed(call, key, request, path), act), request)


def _viewed(spec: Endpoint, call: Call, path: dict[str, str], view: Callable[[], Any]) -> Any:
    if isinstance(spec.version, tuple):
        turn, read = spec.version
        with versions.unchanged(turn, lambda: read(call, **path), call.if_match):
            result = view()
    else:
        result = view()
    return with_tag(result) if spec.tagged else result


def _once(spec: Endpoint, call: Keyed, act: Callable[[], Response]) -> Response:
    def given() -> Given:
        done = act()
        return Given(status=done.status_code, headers=done.headers, body=done.body)

    answer = idempotency.once(call, given, secret=spec.secret)
    return Response(answer.body, headers=dict(answer.headers), status_code=answer.status)


def _keyed(call: Call, key: str, request: Any, path: dict[str, str]) -> Keyed:
    if not (key.isascii() and key.isprintable() and 0 < len(key) <= LONGEST_KEY):
        raise Invalid(f"Idempotency-Key: 1 to {LONGEST_KEY} printable ASCII characters.")
    kind = RASA if call.principal.via == RASA else "user"
    query = {name: value for name, value in call.query.items() if name not in {"api_token", "token"}}
    words = (request.method, request.context["resourcePath"], sorted(path.items()), sorted(query.items()))
    call_hash = hash_call(msgspec.json.encode(words), request.raw_body)
    return Keyed(caller=f"{kind}:{call.principal.username}", key=key, call_hash=call_hash)


def _inputs(spec: Endpoint, request: Any, given: dict[str, str]) -> dict[str, Any]:
    inputs: dict[str, Any] = {}
    if spec.query:
        inputs["query"] = queries.parse(spec.query, given)
    if spec.body:
        inputs["body"] = _body(spec, request)
    return inputs


def _body(spec: Endpoint, request: Any) -> Any:
    raw = request.raw_body
    if len(raw) > spec.limit:
        raise TooLarge(f"The body may have at most {spec.limit} bytes. {spec.larger}".rstrip())
    if not raw and type(None) in get_args(spec.body):
        return None
    media = request.headers.get("content-type", JSON).split(";")[0].strip().lower()
    if media not in spec.media:
        raise Unsupported(f"Send {' or '.join(spec.media)}, not {media}.")
    if spec.body is bytes:
        return raw
    try:
        return msgspec.json.decode(raw, type=spec.body)
    except msgspec.ValidationError as error:
        raise Invalid(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"The body is not JSON: {error}", code="InvalidJson") from error


def _refuse_nul(given: dict[str, str], path: dict[str, str]) -> None:
    if any("\x00" in text for text in (*given.values(), *path.values())):
        raise Invalid("The address holds a NUL character.")


def outage(error: Exception) -> AppError | None:
    """Tell an AWS service that does not answer from a mistake of ours."""
    botocore = sys.modules.get("botocore.exceptions")
    if botocore and isinstance(error, (botocore.HTTPClientError, botocore.ConnectionError)):
        return Unavailable("A part of the installation does not answer.", retry_after=5)
    return None


def log_crash(error: Exception) -> None:
    """Say where it happened, never what the user wrote: an exception's message may quote it."""
    frames = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-8:]]
    log("crash", error=type(error).__name__, where=frames)
