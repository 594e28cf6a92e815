"""Where an AWS service is and who asks, found as the AWS SDK finds it; and a connection there."""

from __future__ import annotations

import os
import ssl
from typing import Any, NamedTuple, Optional
from urllib.parse import urlsplit

from parlance_rasa.locks.connection import Connection


class Endpoint(NamedTuple):
    """One service's address; `credentials` is botocore's, which renews itself."""

    url: str
    region: str
    credentials: Any
    timeout: float
    ca_bundle: str


def find_endpoint(service: str, timeout: float, region: Optional[str] = None, url: Optional[str] = None) -> Endpoint:
    """Resolve what is not given from environment and AWS's files; raises botocore's errors, or ValueError."""
    import boto3
    import botocore.session
    from botocore.exceptions import NoCredentialsError
    from botocore.httpsession import get_cert_path

    core = botocore.session.get_session()
    session = boto3.Session(botocore_session=core, region_name=region)
    client, credentials = session.client(service, endpoint_url=url), session.get_credentials()
    if credentials is None:
        raise NoCredentialsError
    bundle = core.get_config_variable("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE") or get_cert_path(verify=True)
    return Endpoint(client.meta.endpoint_url, client.meta.region_name, credentials, timeout, bundle)


def opened(endpoint: Endpoint) -> Connection:
    """Return an open connection; blocks."""
    url = urlsplit(endpoint.url)
    https = url.scheme == "https"
    address = (url.hostname or "", url.port or (443 if https else 80))
    tls = ssl.create_default_context(cafile=endpoint.ca_bundle or None) if https else None
    return Connection(address, endpoint.timeout, tls)
