"""Reads the files of one folder, once: a plain tree, or a mount of ConfigMap shards with an index.

The index is a file ``flowsync-index.json`` or several ``flowsync-index-*.json`` at the top of the folder, each
``{"files": {"<key>": "<path>"}}``: a key is a file name in the mount, the path is what the file is called in the
repository, so that blanks, slashes and any Unicode work although ConfigMap keys know none of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from hook.documents.digest import tree_digest
from hook.documents.limits import DEFAULT_LIMITS, MEGABYTE, Limits
from hook.errors import InvalidInput
from hook.model import Place, Problem, Severity
from hook.workspace.index import is_index, read_index
from hook.workspace.tree import Found, walk

# The chart's template chooses the same files; in ASCII, since Python's and Go's ideas of other letters' cases differ.
_FLAGS = re.IGNORECASE | re.ASCII
_FLOW_FILE = re.compile(r".+\.(?:ya?ml(?:\.tftpl)?|json|i3[a-z0-9]+(?:\.json)?)\Z", _FLAGS)
_FORGOTTEN = re.compile(
    r".+\.(?:ya?ml|json|i3[a-z0-9]+)(?:\.tftpl)?(?:[.~_-].*|~)\Z|.+\.(?:txt|tftpl|tmpl|tpl|j2)\Z", _FLAGS
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file that was read; ``path`` is relative to the folder, with ``/``."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Source:
    """
    The flow files of a folder.

    Attributes:
        files: Sorted by path.
        digest: ``sha256:<hex>`` over them, see :func:`hook.documents.digest.tree_digest`.
        warnings: Files that look like flows but are not read.
    """

    files: tuple[SourceFile, ...]
    digest: str
    warnings: tuple[Problem, ...] = ()


def collect(
    root: Path, *, limits: Limits = DEFAULT_LIMITS, strip: str = "", shown: str = ""
) -> tuple[tuple[SourceFile, ...], tuple[Problem, ...]]:
    """
    Read every flow file below ``root``, each once; what cannot be read is a problem and hides nothing else.

    Read are files that end in ``.yaml``, ``.yml``, ``.json``, ``.i3…`` (native configuration)
    or ``.yaml.tftpl``. Names that begin with a dot are skipped at every level, and so are the ``..data`` folders of a
    Kubernetes mount.

    Args:
        root: The folder.
        limits: Bounds for number and size of files.
        strip: A prefix that index paths may have and that does not count (``flows/prod/``).
        shown: What stands before a file's path in messages, for example ``flows/prod/``.

    Returns:
        The files sorted by path; and problems, among them warnings about files that look like flows but are not read.
    """
    found, problems = walk(root, shown=shown)
    indexes = tuple(entry for entry in found if is_index(entry.path))
    if indexes:
        found, index_problems = read_index(indexes, found, strip=strip, shown=shown)
        problems += index_problems
    problems += tuple(_forgotten(entry, shown) for entry in found if _looks_forgotten(entry.path))
    flows = tuple(entry for entry in found if _FLOW_FILE.match(entry.path))
    problems += tuple(_unspeakable(entry, shown) for entry in flows if not _is_text(entry.path))
    flows = tuple(entry for entry in flows if _is_text(entry.path))
    if len(flows) > limits.files:
        message = f"the folder holds {len(flows)} files; the limit is {limits.files}."
        place = Place(shown or str(root))
        return (), (*problems, Problem("too-many-files", message, place, "Split it into several environments."))
    files, read_problems = _read(flows, limits, shown)
    return files, problems + read_problems


def read_source(
    root: Path,
    *,
    limits: Limits = DEFAULT_LIMITS,
    expected_digest: str | None = None,
    strip: str = "",
    shown: str = "",
) -> Source:
    """
    Read every flow file below ``root`` as :func:`collect` does, and hold the digest against the expected one.

    Args:
        root: The folder.
        limits: Bounds for number and size of files.
        expected_digest: What the digest must be; ``None`` or empty when nobody expects one.
        strip: A prefix that index paths may have and that does not count (``flows/prod/``).
        shown: What stands before a file's path in messages, for example ``flows/prod/``.

    Raises:
        InvalidInput: With every file that cannot be read, every limit that was passed, or because the digest differs.
    """
    files, problems = collect(root, limits=limits, strip=strip, shown=shown)
    errors = tuple(problem for problem in problems if problem.severity is Severity.ERROR)
    if errors:
        raise InvalidInput(*errors)
    result = Source(files, tree_digest((entry.path, entry.content) for entry in files), problems)
    if expected_digest and result.digest != _with_algorithm(expected_digest):
        raise InvalidInput(_digest_problem(result, expected_digest, shown or str(root)))
    return result


def _is_text(path: str) -> bool:
    """Return whether a name is UTF-8; Python keeps bytes that are none as lone surrogates."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unspeakable(entry: Found, shown: str) -> Problem:
    name = entry.path.encode(errors="surrogateescape").decode(errors="replace")
    return Problem("bad-file-name", "the name of the file is not UTF-8.", Place(shown + name), "Rename the file.")


def read_file(location: Path, shown: str, limits: Limits = DEFAULT_LIMITS) -> SourceFile | Problem:
    """Return a file under the name ``shown``, or why it cannot be read."""
    place = Place(shown)
    if location.exists() and not location.is_file():
        # Opening a pipe would wait for a writer.
        return Problem("unreadable-file", "this is no regular file.", place, "Put a file there, or remove it.")
    try:
        with location.open("rb") as stream:
            # One byte more than allowed tells a file that is too large without reading it whole.
            content = stream.read(limits.file_bytes + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        hint = "Check the path, its permissions, and that what a link names is there."
        return Problem("unreadable-file", f"the file cannot be read: {reason}.", place, hint)
    if len(content) > limits.file_bytes:
        message = f"the file is larger than {limits.file_bytes / MEGABYTE:g} MB."
        hint = "A flow is much smaller: remove what does not belong to it, or split the flow."
        return Problem("file-too-large", message, place, hint)
    return SourceFile(shown, content)


def _read(entries: Iterable[Found], limits: Limits, shown: str) -> tuple[tuple[SourceFile, ...], tuple[Problem, ...]]:
    files: list[SourceFile] = []
    problems: list[Problem] = []
    total = 0
    for entry in sorted(entries, key=lambda entry: entry.path):
        read = read_file(entry.location, shown + entry.path, limits)
        if isinstance(read, Problem):
            problems.append(read)
            continue
        total += len(read.content)
        if total > limits.total_bytes:
            message = f"the files together are larger than {limits.total_bytes / MEGABYTE:g} MB."
            hint = "Remove what is no flow, or split the environment."
            problems.append(Problem("files-too-large", message, Place(read.path), hint))
            break
        files.append(SourceFile(entry.path, read.content))
    return tuple(files), tuple(problems)


def _looks_forgotten(path: str) -> bool:
    return not _FLOW_FILE.match(path) and bool(_FORGOTTEN.match(PurePosixPath(path).name))


def _forgotten(entry: Found, shown: str) -> Problem:
    message = "the file looks like a flow, but its name ends in nothing that is read."
    hint = "Let it end in .yaml, .yml or .json if it is one; otherwise move it out of the folder."
    return Problem("file-not-read", message, Place(shown + entry.path), hint, Severity.WARNING)


def _with_algorithm(digest: str) -> str:
    return digest.strip().lower() if ":" in digest else f"sha256:{digest.strip().lower()}"


def _digest_problem(source: Source, expected: str, shown: str) -> Problem:
    message = (
        f"the {len(source.files)} files have the digest {source.digest}, but {_with_algorithm(expected)} is expected."
    )
    hint = "The mount is not the one that this run was made for: sync again, so that both come from one commit."
    return Problem("digest-differs", message, Place(shown), hint)
