"""The types of flows: the key at the top of an Archy document, and the platform's name for it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FlowType:
    """One type of flow.

    ``key`` is the top-level key of an Archy document, ``platform`` what the API calls it, in lower case.
    ``proven`` is false where no published document shows the key and it was formed by analogy.
    """

    key: str
    platform: str
    proven: bool = True


FLOW_TYPES = (
    FlowType("inboundCall", "inboundcall"),
    FlowType("inboundChat", "inboundchat"),
    FlowType("inboundEmail", "inboundemail"),
    FlowType("inboundShortMessage", "inboundshortmessage"),
    FlowType("inqueueCall", "inqueuecall"),
    FlowType("inqueueEmail", "inqueueemail", proven=False),
    FlowType("inqueueShortMessage", "inqueueshortmessage", proven=False),
    FlowType("outboundCall", "outboundcall"),
    FlowType("botFlow", "bot"),
    FlowType("digitalBotFlow", "digitalbot", proven=False),
    FlowType("commonModule", "commonmodule"),
    FlowType("workflow", "workflow"),
    FlowType("workitem", "workitem", proven=False),
    FlowType("secureCall", "securecall", proven=False),
    FlowType("surveyInvite", "surveyinvite", proven=False),
    FlowType("voice", "voice", proven=False),
    FlowType("voicemail", "voicemail", proven=False),
    FlowType("voiceSurvey", "voicesurvey", proven=False),
    FlowType("emailSend", "emailsend", proven=False),
)
"""Proven keys stand in documents that Genesys published (its blueprints, its Terraform provider)."""

_BY_KEY = {flow_type.key: flow_type for flow_type in FLOW_TYPES}


def flow_type(key: str) -> FlowType | None:
    """Return the type that an Archy document with this top-level key has; ``None`` if there is none."""
    return _BY_KEY.get(key)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the entry of ``known`` that ``name`` was probably meant to be, ignoring case; ``None`` if none is near."""
    folded = {entry.casefold(): entry for entry in known}
    matches = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a hint that names the nearest entry of ``known``, or all of them when none is near."""
    entries = tuple(known)
    near = nearest(name, entries)
    if near is not None:
        return f"Did you mean '{near}'?"
    return f"Known are: {', '.join(entries)}." if entries else ""
