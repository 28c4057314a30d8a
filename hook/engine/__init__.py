"""From desired objects to outcomes: resolve, graph, decide, plan, apply, verify, state."""
