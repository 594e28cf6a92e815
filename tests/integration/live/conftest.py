"""These tests run against an installation: see tests/support/installation.py."""

from tests.support.installation import (  # noqa: F401  fixtures are found by their names here
    admin,
    annotator,
    installation,
    login,
    password_hash,
    signing_key,
    tester,
)
