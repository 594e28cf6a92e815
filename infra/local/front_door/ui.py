"""The web UI, served from its bucket with a copy in memory."""

from __future__ import annotations

import asyncio
import gzip
import time
from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.emulator import client
from infra.local.front_door.answers import DEPLOYING, failure, secured, waiting
from infra.local.front_door.refusals import not_allowed

if TYPE_CHECKING:
    from infra.local.front_door.targets import Targets
    from infra.local.settings import Settings

SECONDS_BEFORE_ASKING_AGAIN = 2.0
COMPRESSIBLE = ("text/", "application/json", "application/manifest", "image/svg")
FIRST_PAGE = "index.html"


class Page(msgspec.Struct, frozen=True):
    """One file of the bundle, as S3 holds it, and once compressed."""

    etag: str
    kind: str
    cache: str
    body: bytes
    small: bytes


class Bundle:
    """The UI's files by key; asks the bucket what changed at most every two seconds."""

    def __init__(self, settings: Settings, targets: Targets) -> None:
        """Hold nothing yet."""
        self.settings, self.targets = settings, targets
        self.etags: dict[str, str] = {}
        self.pages: dict[str, Page] = {}
        self.asked = 0.0
        self.lock = asyncio.Lock()

    async def page(self, key: str) -> Page | None:
        """Return a file, or None when the bundle has none of this name."""
        async with self.lock:
            if time.monotonic() - self.asked > SECONDS_BEFORE_ASKING_AGAIN:
                await asyncio.to_thread(self.refresh)
            known = self.pages.get(key)
            if key in self.etags and (known is None or known.etag != self.etags[key]):
                self.pages[key] = await asyncio.to_thread(self.load, key)
        return self.pages[key] if key in self.etags else None

    def refresh(self) -> None:
        """Learn which files there are; while the emulator is away the copy in memory serves."""
        bucket = self.targets.ui_bucket()
        if bucket is None:
            return
        try:
            pages = self.s3().get_paginator("list_objects_v2").paginate(Bucket=bucket)
            found = {item["Key"]: item["ETag"] for page in pages for item in page.get("Contents", ())}
        except (BotoCoreError, ClientError):
            found = self.etags
        self.etags, self.asked = found, time.monotonic()

    def load(self, key: str) -> Page:
        """Fetch one file."""
        found = self.s3().get_object(Bucket=self.targets.ui_bucket(), Key=key)
        body, kind = found["Body"].read(), found["ContentType"]
        if found.get("ContentEncoding") == "gzip":
            small, body = body, gzip.decompress(body)
        else:
            small = gzip.compress(body, 9, mtime=0) if kind.startswith(COMPRESSIBLE) else b""
        return Page(found["ETag"], kind, found.get("CacheControl", "no-cache"), body, small)

    def s3(self) -> Any:
        """Return the S3 client."""
        return client(self.settings, "s3")


async def serve(request: web.Request, bundle: Bundle) -> web.StreamResponse:
    """Answer with a file of the UI; a path that is no file is a screen of the UI, which finds it by itself."""
    if request.method not in ("GET", "HEAD"):
        return not_allowed(request.method, ("GET", "HEAD"))
    key = request.path.lstrip("/") or FIRST_PAGE
    page = await bundle.page(key)
    if page is None and is_file(key):
        return failure(404, "NotFound", "There is no such file.")
    page = page or await bundle.page(FIRST_PAGE)
    return answer(request, page, bundle.settings.emulator_url) if page else waiting(request, DEPLOYING)


def is_file(key: str) -> bool:
    """Tell whether a path can only be a file: a screen's path may have a dot, in the id of what it shows."""
    return key.startswith("assets/") or ("/" not in key and "." in key and key != FIRST_PAGE)


def answer(request: web.Request, page: Page, storage: str) -> web.Response:
    """Return a file, small where the browser can, or nothing when the browser has it."""
    headers = {**secured(storage), "ETag": page.etag, "Cache-Control": page.cache, "Vary": "Accept-Encoding"}
    if page.etag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    headers["Content-Type"] = page.kind
    if page.small and "gzip" in request.headers.get("Accept-Encoding", ""):
        return web.Response(body=page.small, headers={**headers, "Content-Encoding": "gzip"})
    return web.Response(body=page.body, headers=headers)
