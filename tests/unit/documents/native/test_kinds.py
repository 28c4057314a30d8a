"""The table of manifest words."""

import pytest

from hook.documents.native.kinds import CONSTANT_KINDS, MANIFEST_KINDS, is_constant, target_of
from hook.documents.types import FLOW_TYPES
from hook.kinds.lookups import LOOKUPS
from hook.model import FLOWS


def test_every_row_can_be_looked_up_and_every_lookup_has_a_row() -> None:
    kinds = {target.kind for target in MANIFEST_KINDS.values()}
    assert kinds - {FLOWS} == LOOKUPS.keys()
    assert not MANIFEST_KINDS.keys() & CONSTANT_KINDS


def test_every_type_of_flow_has_a_word_and_two_have_two_spellings() -> None:
    types = [target.type for target in MANIFEST_KINDS.values() if target.kind == FLOWS]
    spelled_twice = ["inqueueemail", "inqueueshortmessage"]
    assert sorted(types) == sorted([entry.platform for entry in FLOW_TYPES] + spelled_twice)
    assert len({word.casefold() for word in MANIFEST_KINDS}) == len(MANIFEST_KINDS) - len(spelled_twice)
    assert all(not target.type for target in MANIFEST_KINDS.values() if target.kind != FLOWS)


def test_words_that_nothing_can_look_up_have_no_row() -> None:
    assert [target_of(word) for word in ("nluDomain", "knowledgeBase", "response", "worktype", "image", "x")] == [
        None
    ] * 6


@pytest.mark.parametrize(
    ("kind", "identifier", "constant"),
    [
        ("systemPrompt", "__on_hold_music__", True),
        ("ttsVoice", "genesys/Jill", True),
        ("queue", "__SYSTEM__", True),
        ("queue", "____", False),
        ("queue", "1a785101-ad66-435d-9716-85709d364c6e", False),
    ],
)
def test_constants(kind: str, identifier: str, constant: bool) -> None:
    assert is_constant(kind, identifier) is constant
