"""From a file's text to a native configuration with names, or to everything that is wrong with it."""

from __future__ import annotations

from hook.documents.native.reading.document import NativeDocument, is_native, read_native

__all__ = ["NativeDocument", "is_native", "read_native"]
