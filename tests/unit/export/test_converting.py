"""Whatever things are called, converting what was converted changes nothing, and deploys the same."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from hook.commands.convert import convert
from hook.documents.native.naming import bind
from hook.documents.native.packing import pack
from hook.documents.native.tokens import Token
from tests.run.native_sample import ACTION_CATEGORY, call_flow, id_of

NASTY = st.lists(
    st.sampled_from(
        ["a", "Sales", "/", "%2F", "{", "}", "{{environment}}", "@{", "}}", "#2", "!", "é", "🎄", '"', "\\"]
    ),
    min_size=1,
    max_size=6,
).map(lambda parts: "x" + "".join(parts))
PARTS = ("@{", "@{}", "{{a}}", "}", "hello", "\ue000", " ")
TEXTS = st.lists(st.sampled_from(PARTS)).map("".join)
TOKENS = st.lists(st.sampled_from((*PARTS, "@{queue/Sales}"))).map("".join)


def converted(content: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "flow.json"
        path.write_bytes(content)
        made, _ = convert([path], out=None, overwrite=False)
    assert isinstance(made, bytes)
    return made


@settings(deadline=None)
@given(queue=NASTY, action=NASTY, greeting=TEXTS)
def test_what_was_converted_is_converted_to_itself(queue: str, action: str, greeting: str) -> None:
    raw = call_flow("Main", queue=queue, data_action=action, greeting=greeting)
    first = converted(json.dumps(raw).encode())
    assert converted(first) == first
    assert id_of(f"queue {queue}").encode() not in first


@settings(deadline=None)
@given(queue=NASTY, action=NASTY, greeting=TOKENS)
def test_what_was_packed_is_bound_to_the_ids_that_it_had(queue: str, action: str, greeting: str) -> None:
    raw = call_flow("Main", queue=queue, data_action=action, greeting=greeting)
    named = json.loads(converted(pack(raw)))

    def id_of_token(token: Token) -> str | None:
        return {
            Token("queue", queue): id_of(f"queue {queue}"),
            Token("dataAction", action, ACTION_CATEGORY): f"custom_-_{id_of('action ' + action)}",
        }.get(token)

    assert bind(named, id_of=id_of_token) == raw
