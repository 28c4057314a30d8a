"""In which order: parents before those that name them, cycles by way of the platform's stubs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from hook.model import Identity

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """
    One object at its place in the order.

    Args:
        identity: The object.
        depends_on: Objects of the plan that must be done first.
        stubs: Objects that it names, that do not exist, and that come later: the platform must create stubs.
    """

    identity: Identity
    depends_on: tuple[Identity, ...]
    stubs: tuple[Identity, ...] = ()


def order(
    names: Mapping[Identity, Iterable[Identity]],
    *,
    existing: Iterable[Identity] = (),
    late: Iterable[Identity] = (),
) -> tuple[Step, ...]:
    """
    Put objects in an order in which they can be carried out.

    Within a cycle the objects are taken in a fixed order; a reference that points forward inside it is not
    waited for: the object that it names exists already, or the platform creates a stub of it.

    Args:
        names: Each object, and the objects among these that it names.
        existing: The objects that the organisation has.
        late: Objects that no stub can be asked for with: inside a cycle the others go first.

    Returns:
        One step per object, stable for equal input.
    """
    by_key = {identity.key: identity for identity in names}
    edges = {
        identity.key: sorted({other.key for other in others if other.key in by_key})
        for identity, others in names.items()
    }
    exists = {identity.key for identity in existing}
    sequence = _sequence(edges, frozenset(identity.key for identity in late))
    position = {key: index for index, key in enumerate(sequence)}
    return tuple(
        Step(
            identity=by_key[key],
            depends_on=tuple(by_key[other] for other in edges[key] if position[other] < position[key]),
            stubs=tuple(
                by_key[other] for other in edges[key] if position[other] > position[key] and other not in exists
            ),
        )
        for key in sequence
    )


def cycles(names: Mapping[Identity, Iterable[Identity]]) -> tuple[tuple[Identity, ...], ...]:
    """Return the groups of objects that name each other, directly or through others."""
    by_key = {identity.key: identity for identity in names}
    edges = {identity.key: [other.key for other in others if other.key in by_key] for identity, others in names.items()}
    return tuple(tuple(by_key[key] for key in component) for component in _components(edges) if len(component) > 1)


def _sequence(edges: Mapping[Key, list[Key]], late: frozenset[Key]) -> list[Key]:
    try:
        sorter = TopologicalSorter({key: edges[key] for key in sorted(edges)})
        return list(sorter.static_order())
    except CycleError:
        return [key for component in _components(edges) for key in _within(component, edges, late)]


def _within(component: list[Key], edges: Mapping[Key, list[Key]], late: frozenset[Key]) -> list[Key]:
    """Return a cycle's members in order: the early ones first, the late ones parents first as far as that goes."""
    later = [key for key in component if key in late]
    early = [key for key in component if key not in late]
    if not early:
        return later
    among = {key: [other for other in edges[key] if other in later] for key in later}
    return early + _sequence(among, late)


def _components(edges: Mapping[Key, list[Key]]) -> list[list[Key]]:
    """Return the strongly connected components, parents first, each sorted."""
    import networkx  # noqa: PLC0415  (costs a tenth of a second, and only cycles need it)

    graph: networkx.DiGraph[Key] = networkx.DiGraph()
    graph.add_nodes_from(sorted(edges))
    graph.add_edges_from((other, key) for key in sorted(edges) for other in edges[key])
    condensed = networkx.condensation(graph)
    members: dict[int, list[Key]] = {node: sorted(data["members"]) for node, data in condensed.nodes(data=True)}
    arranged = networkx.lexicographical_topological_sort(condensed, key=lambda node: members[node])
    return [members[node] for node in arranged]
