"""
Renders the files of a new flows repository.

A file of the repository is a template below ``files/`` at the same path, with ``.j2`` at its end; one whose path
holds ``__environment__`` is rendered once per environment. Templates use ``[[ value ]]`` and ``[% statement %]``, since
the files themselves are full of the double braces of Helm, of GitHub and of our own placeholders.
"""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hook.scaffold import library
from hook.scaffold.request import Request

LIBRARY_FOLDER = f"charts/{library.NAME}"
ENVIRONMENTS = "environments.yaml"
SCHEMA = "values.schema.json"
"""Of the library; at the repository's root, Helm holds ``values/<environment>.yaml`` against it."""
_TEMPLATES = Path(__file__).parent / "files"
_SUFFIX = ".j2"
_EACH = "__environment__"
_SET = "argocd/applicationset.yaml"
_SINGLE = "argocd/application-__environment__.yaml"
_CHECKOUT = {"sha": "3d3c42e5aac5ba805825da76410c181273ba90b1", "version": "v7.0.1"}
"""The commit of the action ``actions/checkout`` that its tag named when it was looked up in that repository."""


def scaffold(request: Request) -> dict[str, bytes]:
    """
    Return every file of a new repository by its path, with ``/``.

    Raises:
        InternalError: This installation lacks the library chart.
    """
    engine = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  (YAML and Markdown, no HTML; what a user gave is checked, or quoted by tojson)
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        block_start_string="[%",
        block_end_string="%]",
        variable_start_string="[[",
        variable_end_string="]]",
        comment_start_string="[#",
        comment_end_string="#]",
    )
    left_out = _SINGLE if request.application_set else _SET
    made: dict[str, bytes] = {}
    for template in sorted(engine.list_templates(extensions=[_SUFFIX.removeprefix(".")])):
        path = template.removesuffix(_SUFFIX)
        if path == left_out:
            continue
        for environment in request.environments if _EACH in path else ("",):
            text = engine.get_template(template).render(
                name=request.name,
                environments=list(request.environments),
                environment=environment,
                namespaces=request.namespaces,
                repo_url=request.repo_url,
                argo_namespace=request.argo_namespace,
                image=request.image,
                checkout=_CHECKOUT,
            )
            made[path.replace(_EACH, environment)] = text.encode()
    return made | schema() | library_files()


def library_files() -> dict[str, bytes]:
    """Return the vendored library chart's files by their path in the repository."""
    return {f"{LIBRARY_FOLDER}/{path}": content for path, content in library.files().items()}


def schema() -> dict[str, bytes]:
    """Return the schema of the values by its path in the repository; nothing where the library has none."""
    content = library.files().get(SCHEMA)
    return {} if content is None else {SCHEMA: content}
