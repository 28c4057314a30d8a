"""What a native configuration says, in Architect's words: the tree that comparing and digests go by."""

from hook.documents.native.outline.tree import canonical_digest, outline

__all__ = ["canonical_digest", "outline"]
