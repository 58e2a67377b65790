"""Middlewares: politeness after refusals and errors, truncated responses, and conditions that stop a crawl."""

from mayadeen.middlewares.accounting import Accounting
from mayadeen.middlewares.cut import WholePages
from mayadeen.middlewares.guard import ArchiveGuard
from mayadeen.middlewares.onsite import StayOnSite
from mayadeen.middlewares.records import Records
from mayadeen.middlewares.redirects import LeavingRefresh, Redirects, SoundRedirects
from mayadeen.middlewares.refusals import BlockDetector
from mayadeen.middlewares.robots import NeedRobots
from mayadeen.middlewares.throttling import Throttling

__all__ = [
    "Accounting",
    "ArchiveGuard",
    "BlockDetector",
    "LeavingRefresh",
    "NeedRobots",
    "Records",
    "Redirects",
    "SoundRedirects",
    "StayOnSite",
    "Throttling",
    "WholePages",
]
