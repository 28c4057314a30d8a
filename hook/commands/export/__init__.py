"""``flowsync export``: the published versions of live flows as files of the workspace, with names in place of ids."""
