from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from simulator.archy_export import exported
from simulator.documents import read
from simulator.references import references
from simulator.resolution import broken_containers

SHAPES = [
    ("- transferToAcd: {targetQueue: {lit: {name: Q}}}", ["queue Q"]),
    ("- menuTransferToAcd: {targetQueue: {lit: {name: Q}}}", ["queue Q"]),
    ("- transferToAcd: {targetQueue: {exp: 'FindQueue(\"X\")'}}", []),
    ("- transferToAcd: {overrideInQueueFlow: {name: F}}", ["inqueueFlow F inqueuecall"]),
    ("- transferToAcd: {acdSkills: [{acdSkill: {lit: {name: S}}}, {acdSkill: {exp: x}}]}", ["acdSkill S"]),
    ("- transferToAcd: {languageSkill: {lit: {name: L}}}", ["acdLanguage L"]),
    ("- callData: {category: {C: {dataAction: {A: {inputs: {x: {lit: y}}}}}}}", ["dataAction A C"]),
    ("- dataTableLookup: {dataTable: {T: {foundOutputs: {}}}}", ["dataTable T"]),
    ("- callBotFlow: {botFlow: {B: {ver_latestPublished: {}}}}", ["botFlow B bot"]),
    ("- callDigitalBotFlow: {digitalBotFlow: {B: {ver_latestPublished: {}}}}", ["digitalBotFlow B digitalbot"]),
    ("- callCommonModule: {commonModule: {M: {ver_latestPublished: {}}}}", ["commonModule M commonmodule"]),
    ("- transferToFlow: {targetFlow: {name: F}}", ["flow F inboundcall"]),
    ("- transferToFlowSecure: {targetFlow: {name: F}}", ["secureCallFlow F securecall"]),
    ("- evaluateSchedule: {evaluationType: {schedule: {selectedSchedule: {lit: {name: S}}}}}", ["schedule S"]),
    (
        "- evaluateScheduleGroup: {scheduleGroup: {lit: {name: G}}, emergencyGroup: {lit: {name: E}, name: E}}",
        ["scheduleGroup G", "emergencyGroup E"],
    ),
    ("- setScreenPop: {screenPopScript: {S: {inputs: {}}}}", ["script S"]),
    ("- updateData: {statements: [{queue: {variable: x, value: {lit: {name: Q}}}}]}", ["queue Q"]),
    ("- updateData: {statements: [{string: {variable: x, value: {lit: Q}}}]}", []),
    ("- queueVariable: {name: State.Q, initialValue: {lit: {name: Q}}}", ["queue Q"]),
    ("- queueVariable: {name: State.Q, initialValue: {noValue: true}}", []),
    ("- playAudio: {audio: {prompt: Prompt.hello}}", ["userPrompt hello"]),
    ("- playAudio: {audio: {prompt: PromptSystem.hello}}", []),
    ("- playAudio: {audio: {exp: 'Append(Prompt.hello, \"not Prompt.this\")'}}", ["userPrompt hello"]),
    ("- holdMusic: {prompt: {lit: {name: Prompt.hold}}}", ["userPrompt hold"]),
    ("- setWrapupCode: {wrapupCode: {lit: {name: W}}}", ["wrapupCode W"]),
    ("- transferToUser: {targetUser: {lit: {name: U}}}", ["user U"]),
    ("- transferToGroup: {targetGroup: {lit: {name: G}}}", ["group G"]),
    ("- initializeFlowOutcome: {flowOutcome: {name: O}}", ["flowOutcome O"]),
    ("- addFlowMilestone: {milestone: {name: M}}", ["milestone M"]),
    ("- settings: {contactList: {lit: {name: L}}}", ["contactList L"]),
    ("- findQueue: {findName: {lit: Q}}", []),
]


@pytest.mark.parametrize(("action", "expected"), SHAPES, ids=[shape[0] for shape in SHAPES])
def test_names_are_found_in_the_shapes_of_real_documents(action: str, expected: list[str]) -> None:
    found = references(read(f"inboundCall:\n  name: A\n  actions:\n    {action}\n"))
    assert [f"{one.object_type} {one.name} {one.qualifier}".strip() for one in found] == expected


@pytest.mark.parametrize(
    ("key", "flow_type"),
    [("inboundCall", "inqueuecall"), ("inboundEmail", "inqueueemail"), ("inboundShortMessage", "inqueueshortmessage")],
)
def test_an_in_queue_flow_is_of_the_same_medium(key: str, flow_type: str) -> None:
    (found,) = references(read(f"{key}:\n  name: A\n  x: {{overrideInQueueFlow: {{name: F}}}}\n"))
    assert found.qualifier == flow_type


def test_the_own_type_of_a_flow_is_no_reference() -> None:
    assert references(read("botFlow:\n  name: A\n  bots: []\n")) == []


def corpus() -> list[Path]:
    folder = os.environ.get("FLOW_CORPUS")
    return sorted(path for path in (Path(folder) / "archy").glob("*/*") if path.is_file()) if folder else []


@pytest.mark.skipif(not corpus(), reason="FLOW_CORPUS does not name a folder with Architect documents below archy/")
@pytest.mark.parametrize("path", corpus(), ids=lambda path: path.stem)
def test_a_real_document_survives_its_export(path: Path) -> None:
    text = re.sub(r"\{\{(\w+)\}\}", r"\1", path.read_text(encoding="utf-8"))
    before = read(text)
    again = exported(text, {"division": "Home"})
    after = read(again)

    def names(one: object) -> list[object]:
        return [named for named in references(one) if named.object_type != "division"]  # type: ignore[arg-type]

    assert (after.name, after.flow_type, after.text("division")) == (before.name, before.flow_type, "Home")
    assert names(after) == names(before)
    assert broken_containers(before) == broken_containers(after) == []
    assert exported(again, {"division": "Home"}) == again
