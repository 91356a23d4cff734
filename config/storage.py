"""Where static files go: hashed names that are cached for ever, compressed beforehand."""

from typing import Any

from django.conf import settings
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """Compress with brotli for the world, with gzip only for this machine: that takes no time."""

    def create_compressor(self, **given: Any) -> Compressor:
        return Compressor(use_brotli=not settings.LOCAL, **given)
