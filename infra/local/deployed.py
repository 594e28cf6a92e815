"""What the last deployment made, noted for the parts that need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from infra.local.folder import read_json, write_private

if TYPE_CHECKING:
    from infra.local.folder import Folder


class Deployed(msgspec.Struct, frozen=True):
    """The stack's outputs, as far as the home installation uses them."""

    api_id: str
    api_stage: str
    ui_bucket: str
    outputs: dict[str, str]

    @property
    def live_api_id(self) -> str:
        """The WebSocket API; empty before the first deployment that has one."""
        return self.outputs.get("LiveApiId", "")


def deployed(folder: Folder) -> Deployed | None:
    """Return the last deployment, or None when there has been none."""
    return read_json(folder.deployment, Deployed)


def note_deployed(folder: Folder, outputs: dict[str, str]) -> Deployed:
    """Note a deployment's outputs and return them."""
    api_id, stage = outputs["RestApiId"], outputs["ApiStage"]
    found = Deployed(api_id=api_id, api_stage=stage, ui_bucket=outputs["UiBucket"], outputs=outputs)
    write_private(folder.deployment, found)
    return found
