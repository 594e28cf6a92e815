"""DynamoDB's JSON protocol over connections that stay open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Dict, NamedTuple, Tuple
from urllib.parse import urlsplit

from parlance_rasa.locks.errors import StoreMisconfigured, Transient
from parlance_rasa.locks.sigv4 import Signer

if TYPE_CHECKING:
    from parlance_rasa.locks.calls import Carrier
    from parlance_rasa.locks.endpoint import Endpoint

CONFLICT = "ConditionalCheckFailedException"
PASSING = {
    "InternalServerError",
    "InternalFailure",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestTimeout",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionConflictException",
}
ADVICE = {
    "ResourceNotFoundException": "there is no table '{table}' at {endpoint}: create it or set `table` (or LOCK_TABLE)",
    "ValidationException": "the table '{table}' does not fit: it needs one hash key `pk`, a string",
    "AccessDeniedException": "no permission: dynamodb:UpdateItem and dynamodb:GetItem on '{table}' are needed",
}
CREDENTIALS = "the credentials are wrong, expired, or signed by a clock that is off"


class Refused(Exception):  # noqa: N818 - an answer, handled by the caller
    """A condition did not hold; carries the item as it was."""

    def __init__(self, item: Dict[str, Any]) -> None:
        super().__init__()
        self.item = item


class Table(NamedTuple):
    """A table by its name, and where it is."""

    name: str
    endpoint: Endpoint


class Wire:
    """Raises Refused, Transient or StoreMisconfigured; sends nothing twice by itself."""

    def __init__(self, table: Table, carrier: Carrier) -> None:
        self._table, self._endpoint, self._carrier = table.name, table.endpoint, carrier
        self._signer = Signer(urlsplit(table.endpoint.url).netloc, table.endpoint.region, "dynamodb")

    async def call(self, operation: str, parameters: Dict[str, Any]) -> Dict[str, Any]:
        """Send one request and return the answer; a dropped connection is a Transient, never a silent second try."""
        body = json.dumps({"TableName": self._table, **parameters}).encode()
        headers = self._signer.headers(f"DynamoDB_20120810.{operation}", body, await self._frozen_credentials())
        status, answer = await self._send(body, headers)
        if status == 200:  # noqa: PLR2004 - HTTP's OK
            return answer
        raise self._error(status, answer)

    async def _frozen_credentials(self) -> Any:
        """Return the credentials of now; botocore renews those of a role by a call of its own, which may fail."""
        credentials = self._endpoint.credentials
        try:
            if hasattr(credentials, "refresh_needed") and credentials.refresh_needed():
                return await self._carrier.run(credentials.get_frozen_credentials)
            return credentials.get_frozen_credentials()
        except Exception as error:  # its own errors, STS's refusals, whatever a provider raises
            raise Transient(f"AWS credentials: {error}") from error

    async def _send(self, body: bytes, headers: Dict[str, str]) -> Tuple[int, Dict[str, Any]]:
        try:
            status, text = await self._carrier.ask((body, headers))
        except (OSError, ValueError) as error:
            raise Transient(f"{self._endpoint.url}: {type(error).__name__} {error}") from error
        try:
            return status, json.loads(text or b"{}")
        except ValueError as error:
            raise Transient(f"{self._endpoint.url} answered {status} and no JSON") from error

    def _error(self, status: int, answer: Dict[str, Any]) -> Exception:
        code = str(answer.get("__type", "")).rpartition("#")[2]
        said = answer.get("message") or answer.get("Message") or ""
        if code == CONFLICT:
            return Refused(answer.get("Item", {}))
        if code in PASSING or status >= 500 or status == 429:  # noqa: PLR2004 - HTTP's own classes
            return Transient(f"{code or status} {said}")
        advice = ADVICE.get(code, CREDENTIALS).format(table=self._table, endpoint=self._endpoint.url)
        return StoreMisconfigured(f"DynamoDB lock store: {advice}. ({code or status}: {said})")
