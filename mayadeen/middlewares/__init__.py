"""Middlewares: what ends a crawl that the site does not want, that cannot know its manners, or has no archive."""

from mayadeen.middlewares.guard import ArchiveGuard
from mayadeen.middlewares.onsite import StayOnSite
from mayadeen.middlewares.refusals import BlockDetector
from mayadeen.middlewares.robots import NeedRobots

__all__ = ["ArchiveGuard", "BlockDetector", "NeedRobots", "StayOnSite"]
