"""What the official SDKs say of the models that the simulator serves: ``python -m tests.simulator.sdk_schemas``.

Types and enums are read from the sources of the Python SDK, what is required from the declarations of the JavaScript
SDK (``--declarations``, its ``index.d.ts``); without it, what is required is kept as it was.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import json
import re
from pathlib import Path
from typing import Any

STORED = Path(__file__).parents[2] / "simulator" / "schemas.json"

WRITTEN = (
    "ActionContractInput", "AuthzDivision", "CreateIntegrationRequest", "CreateQueueRequest", "CreateRoutingSkill",
    "CreateUser", "Credential", "DIDPool", "DataTable", "DataTableImportJob", "EmergencyGroup", "Flow",
    "FlowMilestone", "FlowOutcome", "GroupCreate", "GroupMembersUpdate", "GroupSearchRequest", "GroupUpdate", "IVR",
    "Integration", "IntegrationConfiguration", "Language", "Library", "PostActionInput", "Prompt", "PromptAsset",
    "PromptAssetCreate", "QueueMember", "QueueRequest", "RegisterArchitectExportJob", "RegisterArchitectJobRequest",
    "RegisterArchitectValidateJob", "Response", "ResponseQueryRequest", "Schedule", "ScheduleGroup", "Site",
    "SkillGroup", "SkillGroupMemberDivisions", "SkillGroupWithMemberDivisions", "TrunkBase", "UpdateActionInput",
    "UpdateSkillDivisionRequest", "UpdateUser", "UserRoutingSkillPost", "UserSearchRequest", "WrapUpCodeReference",
    "WrapupCodeRequest", "WritableEntity",
)  # fmt: skip
"""Models of request bodies; they are stored with everything that they hold."""

READ = (
    "Action", "CredentialInfo", "Group", "Organization", "Queue", "RoutingSkill", "Script", "SkillGroupDefinition",
    "Trunk", "User", "WrapupCode", "ContactList",
)  # fmt: skip
"""Models of answers alone; they are stored without what they hold."""

REFERENCES = frozenset({
    "User", "Group", "Team", "Station", "Script", "Image", "Location", "Operation", "UserPresence", "Edge",
    "FlowVersion", "NluInfo", "DomainEntityRef", "Division", "RoutingStatus", "JsonSchemaDocument",
})  # fmt: skip
"""Models in request bodies that stand for something that exists, or are free: not checked."""

PLAIN = {"str", "int", "float", "bool", "datetime", "date", "object", "LocalDateTime"}
NAME = re.compile(r"[A-Z]\w*")


def models_directory() -> Path:
    """Return where the Python SDK keeps its models, without importing it (that costs seconds)."""
    spec = importlib.util.find_spec("PureCloudPlatformClientV2")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("PureCloudPlatformClientV2")
    return Path(spec.origin).parent / "models"


def module_of(model: str) -> str:
    """Return the module of a model: ``DIDPool`` is in ``did_pool``."""
    text = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", model)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", text).lower()


def read_model(directory: Path, model: str) -> dict[str, dict[str, Any]] | None:
    """Return type and enum of each attribute by its JSON name; ``None`` when there is no such model."""
    path = directory / f"{module_of(model)}.py"
    if not path.exists():
        return None
    source = path.read_text("utf-8")
    tables: dict[str, dict[str, str]] = {}
    enums: dict[str, list[str]] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            if node.targets[0].attr in {"swagger_types", "attribute_map"}:
                tables[node.targets[0].attr] = ast.literal_eval(node.value)
        elif isinstance(node, ast.FunctionDef) and len(node.args.args) > 1:
            for inner in ast.walk(node):
                if isinstance(inner, ast.Assign) and getattr(inner.targets[0], "id", "") == "allowed_values":
                    enums[node.name] = ast.literal_eval(inner.value)
    names = tables["attribute_map"]
    return {
        names[key]: {"type": kind, **({"enum": enums[key]} if key in enums else {})}
        for key, kind in tables["swagger_types"].items()
    }


def required_of(declarations: str, model: str) -> list[str]:
    """Return the attributes that the JavaScript SDK declares without a question mark."""
    found = re.search(rf"interface {model} \{{(.*?)\n\t\}}", declarations, re.DOTALL)
    return re.findall(r'^\t\t"(\w+)": ', found[1], re.MULTILINE) if found else []


def build(declarations: str | None) -> dict[str, Any]:
    """Return all models: attribute names with type and enum, and what is required."""
    directory = models_directory()
    before = json.loads(STORED.read_text("utf-8")) if STORED.exists() else {}
    models: dict[str, Any] = {}
    waiting = [*WRITTEN, *READ]
    while waiting:
        model = waiting.pop()
        if model in models or (model in REFERENCES and model not in READ):
            continue
        attributes = read_model(directory, model)
        if attributes is None:
            continue
        if declarations is None:
            required = before.get(model, {}).get("required", [])
        else:
            required = required_of(declarations, model)
        models[model] = {"required": required, "attributes": attributes}
        if model not in READ:
            waiting += [name for one in attributes.values() for name in NAME.findall(one["type"]) if name not in PLAIN]
    return dict(sorted(models.items()))


def render(models: dict[str, Any]) -> str:
    """Return the models as the file holds them: one line a model."""
    rows = (f"{json.dumps(name)}: {json.dumps(model, separators=(',', ':'))}" for name, model in models.items())
    return "{\n" + ",\n".join(rows) + "\n}\n"


def main() -> None:
    """Write the file anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--declarations", type=Path, help="index.d.ts of the JavaScript SDK")
    given = parser.parse_args().declarations
    STORED.write_text(render(build(given.read_text("utf-8") if given else None)), "utf-8")


if __name__ == "__main__":
    main()
