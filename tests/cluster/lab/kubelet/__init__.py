"""
A stand-in for kubelet and scheduler: it runs the Pods of a real API server with runc on this machine.

It keeps to what the tests need of the real one: volumes as it lays them, environment, security context, deletion
with grace, deadlines, termination messages, logs. It has no network of its own for Pods (they share the machine's),
no probes, no lifecycle hooks, no exec and no resource limits but memory.
"""
