"""One Archy document: what it is called, what it says about itself, and what it refers to."""

from __future__ import annotations

from dataclasses import dataclass, field

from hook.documents.identity import name_problems
from hook.documents.jsontext import looks_like_json, parse_json
from hook.documents.limits import DEFAULT_LIMITS, Limits
from hook.documents.native.packing import is_packed
from hook.documents.native.shapes import foreign_shape, native_problem
from hook.documents.nodes import Entry, Mapping, Node, Scalar, key_path
from hook.documents.parsing import parse_yaml
from hook.documents.references import extract
from hook.documents.types import FLOW_TYPES, FlowType, did_you_mean, flow_type
from hook.errors import InvalidInput
from hook.model import FLOWS, Identity, Place, Problem, Reference, Severity

METADATA_KEY = "x-flowsync"
_ATTRIBUTES = ("division", "description")


@dataclass(frozen=True, slots=True)
class FlowDocument:
    """
    A flow as one document describes it.

    Attributes:
        identity: Kind, platform type and name.
        place: Where the name stands.
        key: The top-level key, with which every path in the document begins.
        body: What stands under that key.
        attributes: ``division`` and ``description``, where the document has them.
        references: Every place that names another object.
        warnings: What a person should know, but that stops nothing.
        metadata: What stands under the sibling key ``x-flowsync`` of a JSON document.
        is_json: The document was JSON, and is uploaded as YAML.
        is_outline: The body is that of a native configuration, in the form in which it is compared.
    """

    identity: Identity
    place: Place
    key: str
    body: Mapping
    attributes: tuple[tuple[str, str], ...] = ()
    references: tuple[Reference, ...] = ()
    warnings: tuple[Problem, ...] = ()
    metadata: Node | None = field(default=None, compare=False)
    is_json: bool = False
    is_outline: bool = False

    @property
    def root(self) -> Mapping:
        """The document as a mapping of its one key, without metadata."""
        return Mapping((Entry(Scalar(self.key, plain=True), self.body),))


def read_document(text: str, *, file: str, limits: Limits = DEFAULT_LIMITS) -> FlowDocument:
    """
    Read one flow from its text, placeholders substituted.

    Args:
        text: Archy YAML, or the same as JSON.
        file: The file's name, for places and to tell JSON.
        limits: Bounds for depth and size.

    Raises:
        InvalidInput: With every problem that can be told at once.
    """
    if is_packed(text):
        raise InvalidInput(native_problem(file))
    is_json = looks_like_json(text, file=file)
    root = (parse_json if is_json else parse_yaml)(text, file=file, limits=limits)
    if not isinstance(root, Mapping):
        place = Place(file, root.line, root.column)
        message = "a flow is a mapping with one key, its type; this file holds something else."
        raise InvalidInput(Problem("not-a-flow", message, place, f"Begin with one of: {_known_keys()}."))
    foreign = foreign_shape(root, file=file)
    if foreign is not None:
        raise InvalidInput(foreign)
    found, problems = _type_entry(root, file=file, is_json=is_json)
    if found is None:
        raise InvalidInput(*problems)
    kind_of_flow, entry = found
    body = entry.value
    key = entry.key.value
    if not isinstance(body, Mapping):
        place = Place(file, entry.key.line, entry.key.column, key)
        message = f"under '{key}' there must be the flow's settings, at least its name."
        raise InvalidInput(*problems, Problem("not-a-flow", message, place, "Add 'name: …' under it, indented."))
    problems += name_problems(body, key=key, at=entry.key, file=file)
    attributes, attribute_problems = _attributes(body, key, file)
    problems += attribute_problems
    if problems:
        raise InvalidInput(*problems)
    name = body.text("name") or Scalar("")
    references, warnings = extract(body, key=key, platform_type=kind_of_flow.platform, file=file)
    return FlowDocument(
        identity=Identity(FLOWS, kind_of_flow.platform, name.value),
        place=Place(file, name.line, name.column, key_path(key, "name")),
        key=key,
        body=body,
        attributes=attributes,
        references=references,
        warnings=_type_warnings(kind_of_flow, entry.key, file) + warnings,
        metadata=root.get(METADATA_KEY),
        is_json=is_json,
    )


def _type_entry(
    root: Mapping, *, file: str, is_json: bool
) -> tuple[tuple[FlowType, Entry] | None, tuple[Problem, ...]]:
    """Return the entry of the flow's type, and problems about every other top-level key."""
    known = [(found, entry) for entry in root.entries if (found := flow_type(entry.key.value)) is not None]
    problems: list[Problem] = []
    for entry in root.entries:
        key = entry.key.value
        place = Place(file, entry.key.line, entry.key.column, key_path("", key))
        if key == METADATA_KEY:
            if not is_json:
                hint = f"In YAML write it as a comment line: # {METADATA_KEY}: {{…}}."
                problems.append(Problem("metadata-key", f"'{key}' would be uploaded with the flow.", place, hint))
        elif known and entry is known[0][1]:
            continue
        elif flow_type(key) is not None:
            message = f"a second flow type, '{key}', stands beside '{known[0][0].key}'."
            problems.append(Problem("two-flow-types", message, place, "Put each flow into a file of its own."))
        elif known:
            message = f"'{key}' stands beside the flow type '{known[0][0].key}'; only '{METADATA_KEY}' may (in JSON)."
            hint = f"Indent it if it belongs to the flow, or remove it. {did_you_mean(key, (METADATA_KEY,))}"
            near = "Did you mean" in hint
            problems.append(Problem("extra-key", message, place, hint if near else hint.split(". ")[0] + "."))
        else:
            keys = tuple(entry.key for entry in FLOW_TYPES)
            message = f"'{key}' is no type of flow."
            problems.append(Problem("unknown-flow-type", message, place, did_you_mean(key, keys)))
    if not known and not problems:
        message = "the file names no type of flow."
        problems.append(Problem("not-a-flow", message, Place(file, 1, 1), f"Begin with one of: {_known_keys()}."))
    return (known[0] if known else None), tuple(problems)


def _attributes(body: Mapping, key: str, file: str) -> tuple[tuple[tuple[str, str], ...], tuple[Problem, ...]]:
    attributes: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for name in _ATTRIBUTES:
        value = body.get(name)
        if isinstance(value, Scalar):
            attributes.append((name, value.value))
        elif value is not None:
            place = Place(file, value.line, value.column, key_path(key, name))
            hint = "Write one line of text; quote it if it begins with a brace or bracket."
            problems.append(Problem("not-a-text", f"'{name}' must be a text.", place, hint))
    return tuple(attributes), tuple(problems)


def _type_warnings(of: FlowType, key: Scalar, file: str) -> tuple[Problem, ...]:
    if of.proven:
        return ()
    message = f"no published document shows the key '{of.key}'; it was formed by analogy."
    hint = "If the platform refuses it, export a flow of that type as YAML and take the key from there."
    place = Place(file, key.line, key.column, of.key)
    return (Problem("unproven-flow-type", message, place, hint, Severity.WARNING),)


def _known_keys() -> str:
    return ", ".join(entry.key for entry in FLOW_TYPES)
