"""What can go wrong on the way to a running stack."""

from __future__ import annotations


class PackageError(Exception):
    """A package could not be built; the text is one sentence for the person who asked for it."""


class DeploymentError(Exception):
    """A deployment did not succeed; the text is one sentence that names the resource and the reason."""
