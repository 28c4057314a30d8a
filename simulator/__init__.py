"""A stand-in for the Genesys Cloud platform, with its own state, faults and latency.

It shares no code with the product that is tested against it, so that it can be an independent judge.
"""
