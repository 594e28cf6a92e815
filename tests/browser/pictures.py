"""Takes the pictures that need a bot from a running installation; the tests here have none.

`AWS_ENDPOINT_URL=http://127.0.0.1:4566 PARLANCE_PASSWORD=... python -m tests.browser.pictures [http://localhost:5002]`
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

import boto3
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import seed
from tests.browser.app import QUICK, App
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.support.emulator import CREDENTIALS

SAID = ("good evening", "what is on the menu?", "a table for 4 people please", "around noon")


@dataclass
class Installation:
    """What App needs to know of a server."""

    url: str


def talk(app: App) -> None:
    """Say some things as somebody new, until the bot has answered all of them."""
    app.page.get_by_label("Message", exact=True).press("Escape")
    app.press("n")
    for text in SAID:
        app.page.get_by_label("Message", exact=True).fill(text)
        app.press("Enter")
        expect(app.turns.get_by_text(text, exact=True)).to_be_visible()
    expect(app.facts).to_contain_text("slot_was_set")


def tell() -> None:
    """Put the restaurant's conversations into the queue of events, as Rasa's broker would."""
    os.environ.update(CREDENTIALS)
    sqs = boto3.client("sqs")
    queue = sqs.get_queue_url(QueueName="parlance-events")["QueueUrl"]
    for told in seed.restaurant():
        sqs.send_message(QueueUrl=queue, MessageBody=seed.message(told)["body"])


def review(app: App) -> None:
    """Open the doubtful conversation."""
    app.go("/conversations")
    app.row("web-5f3a91").click()
    expect(app.facts).to_contain_text("Story so far")
    expect(app.page.get_by_text("is ready")).to_be_visible()


def take(browser: Browser, installation: Installation, theme: str) -> None:
    """Take both rooms in one theme."""
    app = App.open(browser, installation, theme=theme, size=(1440, 860))
    app.log_in("admin", os.environ["PARLANCE_PASSWORD"], path="/talk")
    talk(app)
    app.picture(f"talk-{theme}")
    review(app)
    app.picture(f"conversations-{theme}")
    app.close()


def main(url: str = "http://localhost:5002") -> None:
    """Take all."""
    expect.set_options(timeout=QUICK)
    tell()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for theme in ("light", "dark"):
            take(browser, Installation(url), theme)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
