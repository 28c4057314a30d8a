"""Over real native configurations: each is read, and says of itself what its Archy twin says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from hook.documents.native.kinds import MANIFEST_KINDS
from hook.documents.native.naming import name_ids
from hook.documents.native.packing import pack, unpack
from hook.documents.native.reading import NativeDocument, is_native, read_native
from hook.documents.native.writing import pretty
from hook.model import FLOWS, Reference
from tests.corpus.test_references import TWINS, Twin, check
from tests.unit.documents.native import laws
from tests.unit.documents.native.mutations import configurations

Configuration = dict[str, Any]

FILES = sorted(twin.native for twin in TWINS)
DIVISIONS = "authorization/divisions"
UNEXPLAINED = {
    # The id of a queue, as a text, in an input of a data action.
    "Orbit_-_Parked_Call_Retrieval.i3InboundFlow.json": (
        "flowSequenceItemList[0].actionList[1].inputs[3].value.config.lit.text",
        "flowSequenceItemList[0].actionList[1].inputs[3].value.text",
    ),
    "Send_SMS_and_Create_Supervisor_Callback.i3WorkFlow.json": (
        "flowSequenceItemList[0].actionList[7].inputs[1].value.config.lit.text",
        "flowSequenceItemList[0].actionList[7].inputs[1].value.text",
    ),
}


def read(corpus: Path, file: str) -> tuple[str, NativeDocument]:
    text = (corpus / "native" / file).read_text(encoding="utf-8")
    return text, read_native(text, file=file)


def raw(corpus: Path, file: str) -> Configuration:
    configuration: Configuration = json.loads((corpus / "native" / file).read_text(encoding="utf-8"))
    return configuration


def identities(references: tuple[Reference, ...]) -> set[tuple[str, str, str]]:
    return {(one.kind, one.type, one.name) for one in references}


def test_every_file_has_a_twin(corpus: Path) -> None:
    assert sorted(path.name for path in (corpus / "native").iterdir()) == FILES
    assert len(FILES) == 8


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.native)
def test_a_file_refers_to_what_its_archy_twin_refers_to(corpus: Path, twin: Twin) -> None:
    _, document = read(corpus, twin.native)
    desired, _ = check(corpus / "archy" / twin.document, twin.variables)
    in_archy = {one for one in identities(desired.references) if one[0] != DIVISIONS}
    in_native = identities(document.references)
    categories = {one[1] for one in in_native if one[0] == "integrations/actions"}
    assert "" not in categories, "every action says what category its data action is of"
    # The categories are placeholders of the Archy document.
    assert {(kind, of if kind == FLOWS else "", name) for kind, of, name in in_native} == {
        (kind, of if kind == FLOWS else "", name) for kind, of, name in in_archy
    } | twin.only_native.keys()
    assert document.identity.type == desired.identity.type
    assert document.identity.kind == desired.identity.kind


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.native)
def test_each_place_of_a_reference_counts(corpus: Path, twin: Twin) -> None:
    """What an Archy document names at several places, so does the native file, beside the manifest."""
    _, document = read(corpus, twin.native)
    desired, _ = check(corpus / "archy" / twin.document, twin.variables)
    in_archy = Counter((one.kind, one.name) for one in desired.references if one.kind != DIVISIONS)
    in_native = Counter(
        (one.kind, one.name)
        for one in document.references
        if not one.place.path.startswith("manifest") and ".inputs[" not in one.place.path
    )
    only_native = {(kind, name) for kind, _, name in twin.only_native}
    assert {key: count for key, count in in_native.items() if key not in only_native} == in_archy


@pytest.mark.parametrize("file", FILES)
def test_a_reference_stands_where_its_id_stood(corpus: Path, file: str) -> None:
    text, document = read(corpus, file)
    lines = text.splitlines()
    ids = {
        (MANIFEST_KINDS[kind].kind, entry["name"]): entry["id"]
        for kind, entries in raw(corpus, file)["manifest"].items()
        if kind in MANIFEST_KINDS
        for entry in entries
    }
    for one in document.references:
        assert ids[one.kind, one.name] in lines[one.place.line - 1]
        assert lines[one.place.line - 1][one.place.column - 1] == '"'


@pytest.mark.parametrize("file", FILES)
def test_only_the_two_known_ids_are_unexplained(corpus: Path, file: str) -> None:
    _, document = read(corpus, file)
    assert [one.paths for one in document.unexplained] == ([UNEXPLAINED[file]] if file in UNEXPLAINED else [])
    assert document.warnings == ()


@pytest.mark.parametrize("file", FILES)
def test_every_form_of_a_file_is_the_same_flow(corpus: Path, file: str) -> None:
    text, document = read(corpus, file)
    packed = pack(raw(corpus, file)).decode()
    assert unpack(packed) == raw(corpus, file)
    assert is_native(text, file)
    assert is_native(packed, "a.i3")
    for other in (packed, pretty(document.configuration), json.dumps(document.configuration)):
        again = read_native(other, file=file)
        assert pretty(again.configuration) == pretty(document.configuration)
        assert again.identity == document.identity
        assert identities(again.references) == identities(document.references)
        assert {one.value: set(one.paths) for one in again.unexplained} == {
            one.value: set(one.paths) for one in document.unexplained
        }


@pytest.mark.parametrize("file", FILES)
def test_naming_changes_nothing_but_ids(corpus: Path, file: str) -> None:
    given_ = raw(corpus, file)
    text = json.dumps(name_ids(given_))
    ids = {
        entry["id"]: name["id"]
        for kind, entries in given_["manifest"].items()
        if kind in MANIFEST_KINDS
        for entry, name in zip(entries, name_ids(given_)["manifest"][kind], strict=True)
    }
    for identifier, token in ids.items():
        assert token.startswith("@{")
        text = text.replace(json.dumps(token)[1:-1], identifier)
    assert text == json.dumps(given_)


@pytest.mark.parametrize(
    "law",
    [
        laws.named_and_back,
        laws.no_id_survives,
        laws.named_twice_is_named_once,
        laws.written_is_stable,
    ],
    ids=lambda law: law.__name__,
)
@pytest.mark.parametrize(
    "file",
    ["Call_Park_-_Agent_Inbound_Flow.i3InboundFlow.json", "SMS_Schedule_Callback.i3InboundMessage.json"],
)
def test_for_random_configurations_made_of_real_ones(
    corpus: Path, file: str, law: Callable[[Configuration], None]
) -> None:
    @settings(
        max_examples=6,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(configurations(raw(corpus, file)))
    def check_law(configuration: Configuration) -> None:
        law(configuration)

    check_law()
