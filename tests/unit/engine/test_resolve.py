from __future__ import annotations

from hook.engine.resolve import flows_named, kinds_needed, read_names, resolve
from hook.model import FLOWS, Desired, Identity, Known, Live, Reference, ResolutionStatus
from tests.unit.engine.build import desired, flow, live

SALES = Reference("routing/queues", "Sales")
QUEUES = [Identity("routing/queues", "", name) for name in ("Sales", "Sales EU", "Support")]


def one(
    reference: Reference, *, names: dict[str, list[Identity]] | None = None, flows: tuple[Live, ...] = ()
) -> tuple[ResolutionStatus, tuple[str, ...]]:
    owner: Desired = desired("Main", names=(reference,))
    listed = {kind: [Known(identity, "id") for identity in some] for kind, some in (names or {}).items()}
    found = resolve([owner], names=listed, live=flows, planned=[flow("Planned")])
    return found[0].status, found[0].nearest


def test_each_kind_that_is_named_is_listed_once_and_no_other() -> None:
    asked: list[str] = []

    def read(kind: str) -> list[Known]:
        asked.append(kind)
        return []

    wanted = [
        desired("A", names=(SALES, SALES)),
        desired("B", names=(SALES, Reference(FLOWS, "A"), Reference("odd/kind", "x"))),
    ]
    names = read_names(kinds_needed(wanted), known={"routing/queues", "users/users"}, read=read)

    assert asked == ["routing/queues"]
    assert set(names) == {"routing/queues"}


def test_a_name_that_exists_is_found() -> None:
    assert one(SALES, names={"routing/queues": QUEUES}) == (ResolutionStatus.FOUND, ())


def test_a_missing_name_gets_the_nearest_ones() -> None:
    status, nearest = one(Reference("routing/queues", "Sale"), names={"routing/queues": QUEUES})

    assert status is ResolutionStatus.MISSING
    assert nearest[0] == "Sales"


def test_another_spelling_is_told() -> None:
    assert one(Reference("routing/queues", "sales"), names={"routing/queues": QUEUES}) == (
        ResolutionStatus.OTHER_CASE,
        ("Sales",),
    )


def test_two_of_one_name_are_ambiguous() -> None:
    twins = [Identity("users/users", "", "Agent 7"), Identity("users/users", "", "Agent 7")]

    assert one(Reference("users/users", "Agent 7"), names={"users/users": twins})[0] is ResolutionStatus.AMBIGUOUS


def test_a_data_action_is_looked_up_in_its_category() -> None:
    actions = [Identity("integrations/actions", "CRM", "Find"), Identity("integrations/actions", "ERP", "Save")]
    names = {"integrations/actions": actions}

    assert one(Reference("integrations/actions", "Find", "CRM"), names=names)[0] is ResolutionStatus.FOUND
    status, nearest = one(Reference("integrations/actions", "Save", "CRM"), names=names)
    assert status is ResolutionStatus.MISSING
    assert nearest == ("Save (in 'ERP')",)


def test_a_kind_that_cannot_be_listed_is_not_taken_for_empty() -> None:
    assert one(Reference("quality/survey-forms", "S"))[0] is ResolutionStatus.UNCHECKED


def test_a_flow_is_found_when_it_is_published_or_planned() -> None:
    known = (live("There"), live("Draft", version=None))

    assert one(Reference(FLOWS, "There", "inboundcall"), flows=known)[0] is ResolutionStatus.FOUND
    assert one(Reference(FLOWS, "There"), flows=known)[0] is ResolutionStatus.FOUND
    assert one(Reference(FLOWS, "Planned"), flows=known)[0] is ResolutionStatus.PLANNED
    assert one(Reference(FLOWS, "Draft"), flows=known)[0] is ResolutionStatus.UNPUBLISHED


def test_a_flow_of_another_type_is_missing_and_the_type_is_told() -> None:
    status, nearest = one(Reference(FLOWS, "There", "bot"), flows=(live("There"),))

    assert status is ResolutionStatus.MISSING
    assert nearest == ("There (in 'inboundcall')",)


def test_a_flow_that_names_itself_depends_on_nothing() -> None:
    me = desired("Main", names=(Reference(FLOWS, "Main"), Reference(FLOWS, "Other")))

    assert flows_named(me, [flow("Main"), flow("Other"), flow("Third")]) == (flow("Other"),)
