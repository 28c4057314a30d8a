"""The Genesys Cloud platform as the rest of the product sees it.

Nothing here deletes: there is no delete method to call. Start with :func:`hook.genesys.client.connect`; this
module imports nothing, so that commands which never reach the platform start quickly.
"""
