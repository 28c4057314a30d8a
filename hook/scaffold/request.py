"""What somebody asks for when a repository is to be made, checked, and the names that follow from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from hook.errors import InvalidInput
from hook.model import NOWHERE, Problem
from hook.workspace.environments import is_environment_name, name_problem

LONGEST_NAME = 40
"""Characters of the repository's name: it is the release's too, which the library chart limits to 46."""
LONGEST_LABEL = 63
"""Characters of a namespace's name."""
_IMAGE = re.compile(
    r"(?P<repository>(?:[A-Za-z0-9.-]+(?::[0-9]+)?/)?[a-z0-9._/-]*[a-z0-9])"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?\Z"
)
_LABEL = re.compile(r"[a-z]([a-z0-9-]*[a-z0-9])?\Z")


@dataclass(frozen=True, slots=True)
class Image:
    """
    A container image.

    Attributes:
        repository: With its registry, where it has one.
        tag: Empty when there is only a digest.
        digest: ``sha256:...``; empty when there is none.
    """

    repository: str
    tag: str = ""
    digest: str = ""

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return self.repository + tag + (f"@{self.digest}" if self.digest else "")


def image_of(text: str, *, tag: str) -> Image:
    """
    Read an image's name, ``[registry/]repository[:tag][@digest]``.

    Args:
        text: The name.
        tag: For a name that has neither tag nor digest.

    Raises:
        InvalidInput: It is no such name.
    """
    found = _IMAGE.match(text)
    if found is None:
        hint = "Use registry.example.com/team/genesys-flow-sync:TAG, or end it in @sha256: and 64 hex digits."
        raise InvalidInput(Problem("bad-image", f"--image cannot be '{text}'.", hint=hint))
    own, digest = found["tag"] or "", found["digest"] or ""
    return Image(found["repository"], own if own or digest else tag, digest)


@dataclass(frozen=True, slots=True)
class Request:
    """
    A repository to be made.

    Attributes:
        name: What the chart, the release and the project are called.
        environments: In the order of promotion.
        repo_url: Where Argo CD finds the repository.
        argo_namespace: The namespace that Argo CD runs in.
        application_set: One ApplicationSet instead of one Application per environment.
        image: The image of flowsync, for the Jobs and for the checks of a pull request.
    """

    name: str
    environments: tuple[str, ...]
    repo_url: str
    argo_namespace: str
    application_set: bool
    image: Image

    @property
    def namespaces(self) -> dict[str, str]:
        """By environment, the namespace of its Job, which is also the name of its Application."""
        return {one: f"{self.name}-{as_label(one)}" for one in self.environments}


def as_label(text: str) -> str:
    """Return ``text`` as a part of a Kubernetes name: lower case, a hyphen for what is neither letter nor digit."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def name_of(directory: Path) -> str:
    """Return the name that a repository in ``directory`` gets when none is given."""
    return as_label(directory.resolve().name)[:LONGEST_NAME].rstrip("-").lstrip("-0123456789") or "flows"


def check(request: Request) -> None:
    """
    Refuse names that Kubernetes would refuse later.

    Raises:
        InvalidInput: With every one of them.
    """
    problems = [
        *_label_problems("--name", request.name, LONGEST_NAME),
        *_label_problems("--argo-namespace", request.argo_namespace, LONGEST_LABEL),
        *(name_problem(one, NOWHERE) for one in request.environments if not is_environment_name(one)),
    ]
    if not request.environments:
        hint = "Name each with --environment, in the order in which changes are promoted."
        problems.append(Problem("no-environment", "no environment is named.", hint=hint))
    for first, second in _alike(request.namespaces):
        message = f"the environments '{first}' and '{second}' would share the namespace {request.namespaces[first]}."
        problems.append(Problem("environments-alike", message, hint="Give one of them another name."))
    for environment, namespace in request.namespaces.items():
        if len(namespace) > LONGEST_LABEL:
            message = f"the namespace {namespace} of '{environment}' has more than {LONGEST_LABEL} characters."
            problems.append(Problem("name-too-long", message, hint="Choose a shorter --name."))
    if any(not character.isprintable() or character.isspace() for character in request.repo_url):
        message = "--repo-url holds a blank or a character that cannot be printed."
        problems.append(Problem("bad-repo-url", message, hint="Give the URL that Argo CD clones."))
    if problems:
        raise InvalidInput(*problems)


def _label_problems(flag: str, value: str, longest: int) -> list[Problem]:
    if _LABEL.match(value) and len(value) <= longest:
        return []
    message = f"{flag} cannot be '{value}'."
    hint = f"Use at most {longest} lower-case letters, digits and hyphens; a letter first, no hyphen last."
    return [Problem("bad-name", message, hint=hint)]


def _alike(namespaces: dict[str, str]) -> list[tuple[str, str]]:
    first: dict[str, str] = {}
    found: list[tuple[str, str]] = []
    for environment, namespace in namespaces.items():
        if namespace in first:
            found.append((first[namespace], environment))
        first.setdefault(namespace, environment)
    return found
