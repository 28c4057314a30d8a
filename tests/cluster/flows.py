"""Documents of small flows."""

from __future__ import annotations

_WORKFLOW = """\
workflow:
  name: {name}
  startUpRef: "/workflow/states/state[Initial State_10]"
  defaultLanguage: en-us
  supportedLanguages:
    en-us:
      none: true
  states:
    - state:
        name: Initial State
        refId: Initial State_10
        actions:
          - endWorkflow:
              name: {end}
              exitReason:
                noValue: true
"""

_REFUSED = """\
inboundCall:
  name: {name}
  startUpRef: "/inboundCall/tasks/task[Start_10]"
  defaultLanguage: en-us
  supportedLanguages:
    en-us:
      defaultLanguageSkill:
        noValue: true
  tasks:
    - task:
        name: Start
        refId: Start_10
        actions:
          - transferToFlow:
              name: Hand over
              targetFlow:
                name: No Such Flow
          - disconnect:
              name: Disconnect
"""


def workflow(name: str, *, end: str = "End Workflow") -> str:
    """Return a workflow that needs nothing in the organisation; another `end` is another content."""
    return _WORKFLOW.format(name=name, end=end)


def large_workflow(name: str, size: int) -> str:
    """Return a workflow of at least so many bytes: comment lines make up the rest."""
    text = workflow(name)
    line = f"# {'filling ' * 12}\n"
    return text + line * ((size - len(text)) // len(line) + 1)


def refused_call_flow(name: str) -> str:
    """Return a call flow that the platform refuses, since it names a flow that nobody has."""
    return _REFUSED.format(name=name)
