"""What watches a crawl: its health, the pages it is to keep, how far it is, and what it found."""

from mayadeen.extensions.health import CrawlHealth
from mayadeen.extensions.keeping import KeepPages
from mayadeen.extensions.progress import Progress
from mayadeen.extensions.tally import Tally

__all__ = ["CrawlHealth", "KeepPages", "Progress", "Tally"]
