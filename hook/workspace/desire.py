"""From the bytes of one file to the desired object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hook.documents.digest import digest
from hook.documents.document import METADATA_KEY, FlowDocument, read_document
from hook.documents.emission import emit_yaml
from hook.documents.limits import DEFAULT_LIMITS, Limits
from hook.documents.parsing import decode
from hook.errors import InvalidInput
from hook.model import Desired, Place, Severity
from hook.workspace.metadata import Mark, comment_metadata, node_metadata
from hook.workspace.placeholders import Substituted, Variable, substitute


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text after substitution, with what the file says about itself in a comment."""

    substituted: Substituted
    mark: Mark
    file: str


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
    return Text(substituted, comment_metadata(substituted.text, file=file), file)


def read_desired(text: Text, *, limits: Limits = DEFAULT_LIMITS) -> tuple[Desired, Mark]:
    """
    Return the object that a file describes, and what the file says about itself.

    YAML is taken byte for byte; JSON is emitted as YAML, since the platform documents only that. The public digest is
    over the text in which secrets are placeholders; without secrets both digests are one.

    Raises:
        InvalidInput: With the placeholders that are left over, or else every problem of the document.
    """
    problems = text.substituted.problems
    errors = tuple(problem for problem in problems if problem.severity is Severity.ERROR)
    if errors:
        raise InvalidInput(*errors)
    document = read_document(text.substituted.text, file=text.file, limits=limits)
    mark = _mark(document, text)
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
        warnings=problems + document.warnings,
        labels=frozenset(mark.metadata.labels),
        attributes=document.attributes,
        has_secrets=has_secrets,
    )
    return desired, mark


def _mark(document: FlowDocument, text: Text) -> Mark:
    if document.metadata is None:
        return text.mark
    place = Place(text.file, document.metadata.line, document.metadata.column, METADATA_KEY)
    return node_metadata(document.metadata, place)
