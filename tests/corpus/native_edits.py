"""Edits of native configurations, as Architect or a person would make them, and such as mean nothing."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any
from uuid import UUID

from hook.documents.native.ids import local_ids
from hook.documents.native.packing import Configuration
from hook.documents.native.tokens import GUID

Location = tuple[str | int, ...]

VOLATILE = frozenset({"uiMetaData", "metaData", "trackingId", "nextTrackingNumber", "pos", "context"})


def leaves(value: Any, location: Location = ()) -> Iterator[tuple[Location, Any]]:
    """Yield every text, number, boolean and null that counts, and where it stands."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in VOLATILE:
                yield from leaves(item, (*location, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*location, index))
    else:
        yield location, value


def at(configuration: Any, location: Location) -> Any:
    for part in location:
        configuration = configuration[part]
    return configuration


def with_leaf(configuration: Configuration, location: Location, value: Any) -> Configuration:
    changed = copy.deepcopy(configuration)
    at(changed, location[:-1])[location[-1]] = value
    return changed


def says_nothing(configuration: Configuration, location: Location, value: Any) -> bool:
    """Whether a leaf is declared to be no content, although its key is no volatile one."""
    if location[0] == "manifest" and location[-1] == "name":
        kind = location[1]
        return kind in {"systemPrompt", "ttsEngine", "ttsVoice", "language"}
    if location[-1] == "name" and "value" in (parent := at(configuration, location[:-1])):
        return bool(parent["value"].get("config", {}).keys() == {"emp"})
    if location[-1] == "id" and isinstance(value, str) and value in local_ids(configuration):
        text = json.dumps({key: item for key, item in configuration.items() if key != "manifest"})
        return text.count(value) == 1
    return False


def renumbered(configuration: Configuration, random: Random) -> Configuration:
    """Give every local id another one, and every object of the organisation."""
    text = json.dumps(configuration)
    foreign = {guid for entry in GUID.finditer(json.dumps(configuration["manifest"])) if (guid := entry.group())}
    for own in sorted(local_ids(configuration) | foreign):
        text = text.replace(own, str(UUID(int=random.getrandbits(128))))
    found: Configuration = json.loads(text)
    return found


def shuffled(value: Any, random: Random) -> Any:
    """Put keys, and lists that are addressed by id or name, into another order."""
    if isinstance(value, dict):
        keys = list(value)
        random.shuffle(keys)
        found = {key: shuffled(value[key], random) for key in keys}
        for key in ("actionList", "flowSequenceItemList", "paths", "inputs", "outputs", "errorBindings"):
            if key in found:
                random.shuffle(found[key])
        if "flowSequenceItemList" in found:
            random.shuffle(found["variables"])
            for kind in found["manifest"]:
                random.shuffle(found["manifest"][kind])
        return found
    return [shuffled(item, random) for item in value] if isinstance(value, list) else value


def laid_out_anew(value: Any, random: Random) -> Any:
    """Change tracking ids, positions and whatever the editor keeps for itself."""
    if isinstance(value, dict):
        found = {key: laid_out_anew(item, random) for key, item in value.items()}
        for key in VOLATILE & found.keys():
            if isinstance(found[key], dict):
                found[key] = {"collapsed": random.choice([True, False]), "mode": random.randrange(5)}
            elif isinstance(found[key], int):
                found[key] = random.randrange(1000)
        return found
    return [laid_out_anew(item, random) for item in value] if isinstance(value, list) else value


def actions(configuration: Configuration) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield every action of a list, and the task or state that it stands in."""
    for sequence in configuration["flowSequenceItemList"]:
        for action in sequence.get("actionList", []):
            yield action, sequence


def leading_to(own: str, sequence: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Return the place that names the action which comes before another one."""
    if sequence.get("startAction") == own:
        return sequence, "startAction"
    for action in sequence["actionList"]:
        if action.get("nextAction") == own:
            return action, "nextAction"
        for path in action.get("paths", []):
            if path.get("nextActionId") == own:
                return path, "nextActionId"
    raise AssertionError(own)


def without_action(configuration: Configuration, own: str) -> Configuration:
    """Remove an action; what comes next follows on what came before it. Its branches hang in the air."""
    changed = copy.deepcopy(configuration)
    action, sequence = next(found for found in actions(changed) if found[0]["id"] == own)
    place, key = leading_to(own, sequence)
    if "nextAction" in action:
        place[key] = action["nextAction"]
    else:
        del place[key]
    sequence["actionList"].remove(action)
    return _with_pruned_manifest(changed)


def _with_pruned_manifest(configuration: Configuration) -> Configuration:
    """Take off the manifest what is used no more, as Architect does."""
    manifest = configuration.pop("manifest")
    rest = json.dumps({key: value for key, value in configuration.items() if key != "uiMetaData"})
    used = {kind: [entry for entry in entries if entry["id"] in rest] for kind, entries in manifest.items()}
    return {**configuration, "manifest": used}


def with_swapped(configuration: Configuration, own: str) -> Configuration:
    """Swap an action and the one that follows on it."""
    changed = copy.deepcopy(configuration)
    first, sequence = next(found for found in actions(changed) if found[0]["id"] == own)
    second = next(action for action in sequence["actionList"] if action["id"] == first["nextAction"])
    place, key = leading_to(own, sequence)
    place[key] = second["id"]
    if "nextAction" in second:
        first["nextAction"] = second["nextAction"]
    else:
        del first["nextAction"]
    second["nextAction"] = own
    return changed


def with_inserted(configuration: Configuration, own: str, inserted: dict[str, Any]) -> Configuration:
    """Insert an action before another one."""
    changed = copy.deepcopy(configuration)
    _, sequence = next(found for found in actions(changed) if found[0]["id"] == own)
    place, key = leading_to(own, sequence)
    place[key] = inserted["id"]
    sequence["actionList"].append({**inserted, "nextAction": own})
    return changed
