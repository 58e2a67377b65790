"""Output: feed formats, storages, and delivery tracking."""
