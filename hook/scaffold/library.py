"""The library chart ``flow-sync-lib``: beside the code in a checkout, inside the package in an installed one."""

from __future__ import annotations

from pathlib import Path

from hook.errors import InternalError

NAME = "flow-sync-lib"
_PACKAGED = Path(__file__).parent / "charts" / NAME
_CHECKOUT = Path(__file__).parents[2] / "charts" / NAME


def files() -> dict[str, bytes]:
    """
    Return the files of the library chart by their path inside it.

    Raises:
        InternalError: The package was built without it.
    """
    root = next((one for one in (_PACKAGED, _CHECKOUT) if (one / "Chart.yaml").is_file()), None)
    if root is None:
        raise InternalError(
            f"this installation of flowsync lacks the library chart {NAME}",
            hint="Install it from a wheel or an image of a release, or run it from a checkout of the project.",
        )
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not any(part.startswith((".git", "__pycache__")) for part in path.parts)
    }
