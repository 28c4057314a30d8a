"""What a file does not say of a flow stays as it is live."""

from __future__ import annotations

from hook.documents.native.packing import Configuration


def merged(desired: Configuration, live: Configuration | None) -> Configuration:
    """
    Return a configuration with the top-level settings of the live one that the file does not mention.

    Below the top level the file counts as a whole: Architect writes every setting of a flow, so that what is missing
    there was taken away. The manifest is the file's, since it belongs to its content.

    Args:
        desired: What the file says.
        live: What is published now, ``None`` when nothing is; both with names or both with ids.
    """
    kept = {key: value for key, value in (live or {}).items() if key not in desired and key != "manifest"}
    return {**kept, **desired}
