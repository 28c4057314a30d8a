"""JSON for Git."""

import json

from hook.documents.native.naming import name_ids
from hook.documents.native.writing import pretty
from tests.unit.documents.native.configuration import raw_configuration


def test_the_order_is_stable_and_lists_keep_theirs() -> None:
    text = pretty(
        {
            "zebra": ["b", "a"],
            "manifest": {"queue": [{"id": "2", "name": "B"}, {"name": "A", "id": "3"}, {"id": "1"}], "a": "odd"},
            "description": "d",
            "type": "t",
            "alpha": {"val": 1, "type": "str", "name": "é"},
            "name": "n",
        }
    )
    assert text == (
        '{\n  "name": "n",\n  "type": "t",\n  "description": "d",\n'
        '  "alpha": {\n    "name": "é",\n    "type": "str",\n    "val": 1\n  },\n'
        '  "manifest": {\n    "a": "odd",\n    "queue": [\n      {\n        "id": "1"\n      },\n'
        '      {\n        "name": "A",\n        "id": "3"\n      },\n'
        '      {\n        "name": "B",\n        "id": "2"\n      }\n    ]\n  },\n'
        '  "zebra": [\n    "b",\n    "a"\n  ]\n}\n'
    )


def test_the_order_in_which_it_came_does_not_matter() -> None:
    named = name_ids(raw_configuration())
    reordered = dict(reversed(named.items()))
    reordered["manifest"] = {kind: named["manifest"][kind][::-1] for kind in reversed(named["manifest"])}
    assert pretty(reordered) == pretty(named)
    assert json.loads(pretty(named)).keys() == named.keys()
