"""``flowsync init``: make a flows repository for Argo CD."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hook import __version__
from hook.errors import InvalidInput
from hook.model import Place, Problem
from hook.scaffold import repository
from hook.scaffold.laying import Existing, Laid, lay, replace_folder
from hook.scaffold.request import Request, check, image_of, name_of
from hook.workspace.environments import read_environments
from hook.workspace.layout import FLOWS, known_environments

IMAGE = "genesys-flow-sync"
"""What the library chart has as its default: where the image is, only its user knows."""
NO_URL = "https://git.example.com/team/{name}.git"


@dataclass(frozen=True, slots=True)
class Asked:
    """
    The options of the command.

    Attributes:
        directory: Where the repository is, or will be.
        environments: Names in the order of promotion; from what is there when there are none.
        repo_url: Empty when it is not known yet.
        name: Empty for the folder's own.
        argo_namespace: Where Argo CD runs.
        image: Where the image of flowsync is; empty when it is not known yet.
        application_set: One ApplicationSet instead of Applications.
        from_existing: Keep what is there, and add what is missing.
        force: Overwrite what is there.
    """

    directory: Path
    environments: tuple[str, ...] = ()
    repo_url: str = ""
    name: str = ""
    argo_namespace: str = "argocd"
    image: str = ""
    application_set: bool = False
    from_existing: bool = False
    force: bool = False


def init(asked: Asked) -> str:
    """
    Make the repository.

    Returns:
        What to print: what was made, and the next steps.

    Raises:
        InvalidInput: Names that cannot be used, files in the way, or a folder that cannot be written.
        InternalError: This installation lacks the library chart.
    """
    if asked.force and asked.from_existing:
        message = "--force overwrites what is there, --from-existing keeps it."
        raise InvalidInput(Problem("contradiction", message, hint="Give one of them."))
    if asked.directory.exists() and not asked.directory.is_dir():
        message = "this is a file."
        raise InvalidInput(Problem("not-a-folder", message, Place(str(asked.directory)), "Name a folder."))
    present = _present(asked.directory) if asked.from_existing else ()
    name = asked.name or name_of(asked.directory)
    request = Request(
        name=name,
        environments=tuple(dict.fromkeys(asked.environments or present)),
        repo_url=asked.repo_url or NO_URL.format(name=name),
        argo_namespace=asked.argo_namespace,
        application_set=asked.application_set,
        image=image_of(asked.image or IMAGE, tag=__version__),
    )
    check(request)
    files = repository.scaffold(request)
    if asked.from_existing:
        files = {path: content for path, content in files.items() if not _has_its_own(asked.directory, path)}
    laid = lay(asked.directory, files, existing=_existing(asked))
    return "\n".join(_said(asked, request, laid)) + "\n"


def update_library(directory: Path) -> str:
    """
    Renew the vendored library chart of a repository, and its schema, and nothing else.

    Returns:
        What to print.

    Raises:
        InvalidInput: There is no such chart, or it cannot be written.
        InternalError: This installation lacks the library chart.
    """
    chart = Path(repository.LIBRARY_FOLDER) / "Chart.yaml"
    if not (directory / chart).is_file():
        hint = "Name the root of a repository that flowsync init has made."
        raise InvalidInput(Problem("no-library", "there is no library chart to renew.", Place(str(chart)), hint))
    laid = replace_folder(directory, repository.LIBRARY_FOLDER, repository.library_files())
    lay(directory, repository.schema(), existing=Existing.OVERWRITE)
    if not laid.written:
        return f"{repository.LIBRARY_FOLDER} is that of flowsync {__version__} already.\n"
    return f"Renewed {repository.LIBRARY_FOLDER} to that of flowsync {__version__}. Look at the changes, commit them.\n"


def _present(directory: Path) -> tuple[str, ...]:
    """Return the environments that a repository has: the declared ones in their order, then further folders."""
    declared = read_environments(directory)
    return tuple(dict.fromkeys((*declared.by_name, *known_environments(directory, declared))))


def _has_its_own(directory: Path, path: str) -> bool:
    """Tell whether a repository has that in a form of its own: its flows, or environments in another format."""
    first, *rest = Path(path).parts
    if first == FLOWS:
        return any((directory / FLOWS / rest[0]).glob("**/*.*"))
    return path == repository.ENVIRONMENTS and bool(read_environments(directory).file)


def _existing(asked: Asked) -> Existing:
    if asked.force:
        return Existing.OVERWRITE
    return Existing.KEEP if asked.from_existing else Existing.REFUSE


def _said(asked: Asked, request: Request, laid: Laid) -> Iterator[str]:
    where = asked.directory.as_posix()
    names = ", ".join(request.environments)
    if laid.written:
        yield f"Made a flows repository for {names} in {where}: {len(laid.written)} files."
    else:
        yield f"The flows repository for {names} in {where} is as flowsync init makes it."
    yield from (f"  {entry}" for entry in _entries(laid.written))
    if laid.kept:
        yield "Kept as they are, compare them with what flowsync init makes in an empty folder:"
        yield from (f"  {path}" for path in laid.kept)
    yield "Next:"
    yield f"  1. {repository.ENVIRONMENTS}: give each environment its organizationId and its region."
    if not asked.image:
        yield f"     values/ and the checks: put where your image is in the place of {request.image}."
    if not asked.repo_url:
        yield f"     argocd/: put where your repository is in the place of {request.repo_url}."
    namespaces = ", ".join(request.namespaces.values())
    yield f"  2. Put each organisation's OAuth client into a Secret genesys-credentials, in {namespaces}."
    yield f"  3. Push the repository, then: kubectl apply -n {request.argo_namespace} -f argocd/"
    yield f"{where}/README.md tells how, step by step."


def _entries(paths: tuple[str, ...]) -> Iterator[str]:
    """Yield the paths, the library chart as one of them."""
    inside = f"{repository.LIBRARY_FOLDER}/"
    yield from sorted(path for path in paths if not path.startswith(inside))
    if any(path.startswith(inside) for path in paths):
        yield inside
