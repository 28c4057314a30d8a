"""
What a run has of Kubernetes: the lock, the state and the run records, Events, the termination message.

The client library is imported when a connection is made, and only in :mod:`hook.cluster.connection`.
"""
