from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hook.errors import InvalidInput
from hook.scaffold.request import Image, Request, as_label, check, image_of, name_of

GOOD = Request(
    name="flows",
    environments=("dev", "prod"),
    repo_url="https://git.example.com/team/flows.git",
    argo_namespace="argocd",
    application_set=False,
    image=Image("genesys-flow-sync", "1.0"),
)
DNS_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z")


@given(name=st.text(max_size=45), environments=st.lists(st.text(max_size=20), max_size=4))
def test_what_is_not_refused_makes_names_that_kubernetes_takes_and_that_differ(
    name: str, environments: list[str]
) -> None:
    request = replace(GOOD, name=name, environments=tuple(dict.fromkeys(environments)))
    try:
        check(request)
    except InvalidInput:
        return
    namespaces = request.namespaces
    assert all(DNS_LABEL.match(one) for one in namespaces.values())
    assert len(set(namespaces.values())) == len(namespaces) > 0
    assert DNS_LABEL.match(request.name)


@given(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True))
def test_a_label_stays_as_it_is_but_for_repeated_hyphens(text: str) -> None:
    assert as_label(text) == re.sub("-+", "-", text)


@given(st.text(min_size=1, max_size=60).filter(lambda name: "/" not in name and "\0" not in name))
def test_every_folder_has_a_name_that_is_not_refused(folder: str) -> None:
    check(replace(GOOD, name=name_of(Path("/somewhere") / folder)))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "Flows"}, "--name cannot be 'Flows'"),
        ({"name": "f" * 41}, "at most 40"),
        ({"name": "a\n"}, "--name"),
        ({"argo_namespace": "argo cd"}, "--argo-namespace"),
        ({"environments": ()}, "no environment is named"),
        ({"environments": ("../up",)}, "'../up'"),
        ({"environments": ("uat_1", "uat-1")}, "would share the namespace flows-uat-1"),
        ({"environments": ("e" * 60,)}, "63 characters"),
        ({"repo_url": "https://git.example.com/a\n  evil: true"}, "--repo-url"),
    ],
)
def test_what_kubernetes_would_refuse_later_is_refused_now(changes: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check(replace(GOOD, **changes))  # type: ignore[arg-type]
    assert said in "\n".join(caught.value.details)


@pytest.mark.parametrize(
    ("text", "repository", "tag", "digest"),
    [
        ("genesys-flow-sync", "genesys-flow-sync", "9", ""),
        ("registry.example.com:5000/team/sync", "registry.example.com:5000/team/sync", "9", ""),
        ("registry.example.com:5000/team/sync:2.1", "registry.example.com:5000/team/sync", "2.1", ""),
        (f"team/sync@sha256:{'a' * 64}", "team/sync", "", f"sha256:{'a' * 64}"),
        (f"team/sync:2@sha256:{'a' * 64}", "team/sync", "2", f"sha256:{'a' * 64}"),
    ],
)
def test_an_images_name_is_taken_apart(text: str, repository: str, tag: str, digest: str) -> None:
    image = image_of(text, tag="9")
    assert image == Image(repository, tag, digest)
    assert str(image) == (text if ":" in text.rpartition("/")[2] or "@" in text else f"{text}:9")


@pytest.mark.parametrize("text", ["", " ", "Name With Blank", "sync:", "sync@sha256:1", "sync:1\n", "-x/"])
def test_what_is_no_name_of_an_image_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="--image"):
        image_of(text, tag="9")
