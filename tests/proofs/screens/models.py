"""Models: trained, uploaded, judged, put into service; and what Insights says of them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.proofs.screens.stage import LONG, PROJECT, fresh

if TYPE_CHECKING:
    from tests.proofs.screens.stage import Stage


def trained(stage: Stage) -> None:
    """A training is watched, and cancelled."""
    app = stage.app
    files = stage.api.call("GET", f"{PROJECT}/files")["files"]
    slow = {**files, "config.yml": re.sub(r"epochs: \d+", "epochs: 3000", files["config.yml"])}
    stage.api.call("PUT", f"{PROJECT}/files", {"files": slow})
    app.go("/models")
    app.button("Train", exact=True).click()
    stage.dialog.get_by_label("Train every part anew").check()
    stage.dialog.get_by_label("Train also what").check()
    stage.confirm("Train")
    expect(app.page).to_have_url(re.compile("/models/jobs/"))
    how = app.page.get_by_role("region", name="How it is")
    expect(how).to_contain_text(re.compile(r"DIETClassifier · epoch \d+ of 3000 · loss \d"), timeout=LONG)
    expect(how).to_contain_text("left")
    expect(app.page.get_by_role("img", name=re.compile("Loss of DIETClassifier by epoch"))).to_be_visible()
    expect(app.page.locator("pre.log")).to_contain_text(re.compile("[Tt]rain"))
    stage.saw("Models: training live: 'DIETClassifier · epoch n of 3000 · loss', time left, the loss curve, the log")
    app.button(re.compile("^Cancel training")).click()
    stage.dialog.get_by_role("button", name="Cancel", exact=True).last.click()
    expect(how).to_contain_text("cancelled", timeout=LONG)
    stage.saw("Models: cancelled, the job's page says so")
    stage.api.call("PUT", f"{PROJECT}/files", {"files": files})


def brought(stage: Stage) -> None:
    """The model in service is downloaded, and uploaded under another name."""
    app = stage.app
    served = stage.api.call("GET", f"{PROJECT}/models?tag=production")[0]["model"]
    app.go("/models")
    with app.page.expect_download() as told:
        app.button(f"Download {served}").click()
    copy = stage.folder / f"{fresh('brought')}.tar.gz"
    shutil.copy(Path(told.value.path()), copy)
    name = copy.name.removesuffix(".tar.gz")
    app.page.get_by_label("Upload a model").set_input_files(copy)
    expect(stage.table("Models").get_by_role("row").filter(has_text=name)).to_be_visible()
    stage.memory |= {"served": served, "brought": name}
    stage.saw("Models: the model in service downloaded, and its file uploaded under another name")


def promoted(stage: Stage) -> None:
    """Another model goes into service, is compared, and goes out of it."""
    app, name, served = stage.app, stage.memory["brought"], stage.memory["served"]
    app.go(f"/models/model/{name}")
    expect(stage.table("Comparison").get_by_role("columnheader", name=served)).to_be_visible()
    expect(stage.table("Comparison").get_by_role("row").filter(has_text="Messages of users")).to_contain_text(
        re.compile("[1-9]")
    )
    stage.saw("Models: beside the one in production, with the figures of both")
    app.go("/models")
    row = stage.table("Models").get_by_role("row")
    app.button(f"Promote {name}").click()
    stage.confirm("Promote")
    expect(row.filter(has_text=name)).to_contain_text("in production")
    stage.saw("Models: promoted, 'in production' moves to it")
    app.button("Roll back production").click()
    stage.confirm("Roll back")
    expect(row.filter(has_text=served)).to_contain_text("in production")
    stage.saw("Models: rolled back to the one before")


def evaluated(stage: Stage) -> None:
    """Understanding, stories and end-to-end tests; a confusion opens its examples."""
    app, served = stage.app, stage.memory["served"]
    app.go(f"/models/model/{served}")
    app.button("Evaluate", exact=True).click()
    stage.confirm("Evaluate")
    expect(app.page).to_have_url(re.compile("/models/jobs/"))
    expect(app.page.get_by_role("region", name="How it is")).to_contain_text(
        re.compile("succeeded|failed|lost"), timeout=LONG
    )
    expect(app.page.get_by_role("region", name="How it is")).to_contain_text("succeeded")
    app.go(f"/models/model/{served}")
    figures = stage.table("Figures")
    expect(figures.get_by_role("row").filter(has_text="Whole conversations")).to_contain_text(re.compile(r"\d+ of \d+"))
    said = figures.get_by_role("row").filter(has_text="Whole conversations").inner_text().split("\t")
    stage.saw(f"Models: evaluated; end-to-end tests right: {said[-1].strip()}")
    stage.table("Confusions of intents").get_by_role("button", name="taken for").first.click()
    expect(stage.table("Examples").get_by_role("row").nth(1)).to_be_visible()
    stage.saw("Models: a cell of the confusions opens its examples")


def counted(stage: Stage) -> None:
    """How far sessions go, by channel and by model, leads to the conversations."""
    app = stage.app
    for group in ("channel", "model"):
        app.go("/insights?days=7")
        found = app.page.get_by_role("region", name=f"How far sessions go by {group}")
        found.get_by_text("As a table").click()
        found.get_by_role("link", name="100 %").first.click()
        expect(app.page).to_have_url(re.compile(rf"{group}=.*messages=1"))
        expect(app.rows.get_by_role("link").first).to_be_visible()
        stage.saw(f"Insights: drop-off by {group} leads to its conversations")


SCENES = [trained, brought, promoted, evaluated, counted]
