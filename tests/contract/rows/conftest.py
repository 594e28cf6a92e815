"""Each of these tests has an installation of its own: they change everything in it."""

from tests.support.installation import installation, password_hash, signing_key

__all__ = ["installation", "password_hash", "signing_key"]
