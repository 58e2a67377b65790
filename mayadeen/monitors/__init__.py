"""Watches crawls: what each has read beside earlier ones, alarms, and who is told of them."""
