"""From the bytes of one file to the desired object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hook.documents.digest import digest
from hook.documents.document import METADATA_KEY, read_document
from hook.documents.emission import emit_yaml
from hook.documents.limits import DEFAULT_LIMITS, Limits
from hook.documents.native.ids import UnexplainedId
from hook.documents.native.outline import canonical_digest
from hook.documents.native.packing import is_packed
from hook.documents.native.reading import is_native, read_native
from hook.documents.native.writing import pretty
from hook.documents.nodes import Node
from hook.documents.parsing import decode
from hook.errors import InvalidInput
from hook.model import Desired, Place, Severity
from hook.workspace.metadata import Mark, comment_metadata, node_metadata
from hook.workspace.native import ids_in, packed_placeholders
from hook.workspace.placeholders import Substituted, Variable, substitute


@dataclass(frozen=True, slots=True)
class Text:
    """
    A file's text after substitution.

    Attributes:
        substituted: The text.
        mark: What the file says about itself in a comment.
        file: Its name for messages.
        native: It is native configuration, and no Archy document.
        given_ids: GUIDs, in lower case, that came in as values of placeholders.
        literal: Placeholders that belong to the flow and stay.
        complete: Every placeholder must have a value.
    """

    substituted: Substituted
    mark: Mark
    file: str
    native: bool = False
    given_ids: frozenset[str] = frozenset()
    literal: frozenset[str] = frozenset()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class FileRead:
    """
    What one file came to.

    Attributes:
        desired: The object that it describes.
        mark: What it says about itself.
        unexplained: GUIDs of a native configuration of which nothing tells what they are.
    """

    desired: Desired
    mark: Mark
    unexplained: tuple[UnexplainedId, ...] = ()


def read_text(
    content: bytes,
    variables: Mapping[str, Variable],
    *,
    file: str,
    literal: frozenset[str] = frozenset(),
    set_missing: bool = False,
) -> Text:
    """
    Decode a file and substitute its placeholders.

    Raises:
        InvalidInput: It is not UTF-8, or its metadata comment is wrong.
    """
    text = decode(content, file=file)
    substituted = substitute(text, variables, file=file, literal=literal, set_missing=set_missing)
    return Text(
        substituted,
        comment_metadata(substituted.text, file=file),
        file,
        native=is_native(substituted.text, file),
        given_ids=ids_in(variables[name].value for name in substituted.used),
        literal=literal,
        complete=not set_missing,
    )


def read_desired(text: Text, *, limits: Limits = DEFAULT_LIMITS, layout: bool = False) -> FileRead:
    """
    Return the object that a file describes, and what the file says about itself.

    YAML is taken byte for byte; JSON is emitted as YAML, since the platform documents only that. The public digest is
    over the text in which secrets are placeholders; without secrets both digests are one.

    Of a native configuration the content is the configuration with names in place of ids, as ``flowsync convert``
    writes it, and the digest is over what its outline shows.

    Args:
        text: The file's text.
        limits: Bounds for depth and size.
        layout: Whether places on the canvas count in the digest of a native configuration.

    Raises:
        InvalidInput: With the placeholders that are left over, or else every problem of the document.
    """
    problems = text.substituted.problems
    errors = tuple(problem for problem in problems if problem.severity is Severity.ERROR)
    if errors:
        raise InvalidInput(*errors)
    return (_native if text.native else _archy)(text, limits, layout)


def _archy(text: Text, limits: Limits, _layout: bool) -> FileRead:  # noqa: FBT001  (one signature for both)
    document = read_document(text.substituted.text, file=text.file, limits=limits)
    mark = _mark(document.metadata, text)
    content = (emit_yaml(document.root) if document.is_json else text.substituted.text).encode()
    own = digest(content)
    has_secrets = text.substituted.public != text.substituted.text
    desired = Desired(
        identity=document.identity,
        place=document.place,
        content=content,
        digest=own,
        public_digest=digest(text.substituted.public.encode()) if has_secrets else own,
        references=document.references,
        warnings=text.substituted.problems + document.warnings,
        labels=frozenset(mark.metadata.labels),
        attributes=document.attributes,
        has_secrets=has_secrets,
    )
    return FileRead(desired, mark)


def _native(text: Text, limits: Limits, layout: bool) -> FileRead:  # noqa: FBT001  (one signature for both)
    document = read_native(text.substituted.text, file=text.file, limits=limits)
    content = pretty(document.configuration)
    if text.complete and is_packed(text.substituted.text):
        left_over = packed_placeholders(content, file=text.file, literal=text.literal)
        if left_over:
            raise InvalidInput(*left_over)
    mark = _mark(document.metadata, text)
    own = canonical_digest(document.configuration, layout=layout)
    has_secrets = text.substituted.public != text.substituted.text
    desired = Desired(
        identity=document.identity,
        place=document.place,
        content=content.encode(),
        digest=own,
        public_digest=_public_digest(text, limits, layout=layout) if has_secrets else own,
        references=document.references,
        warnings=text.substituted.problems + document.warnings,
        labels=frozenset(mark.metadata.labels),
        attributes=document.attributes,
        has_secrets=has_secrets,
        native=True,
        layout=layout,
    )
    unexplained = tuple(one for one in document.unexplained if one.value.lower() not in text.given_ids)
    return FileRead(desired, mark, unexplained)


def _public_digest(text: Text, limits: Limits, *, layout: bool) -> str:
    public = text.substituted.public
    try:
        return canonical_digest(read_native(public, file=text.file, limits=limits).configuration, layout=layout)
    except InvalidInput:
        # A secret outside of a text, for example as a number: with its placeholder, this is no JSON.
        return digest(public.encode())


def _mark(metadata: Node | None, text: Text) -> Mark:
    if metadata is None:
        return text.mark
    place = Place(text.file, metadata.line, metadata.column, METADATA_KEY)
    return node_metadata(metadata, place)
