"""What watches a crawl: its pace, its health, its feeds, the pages it is to keep, how far it is, and what it found."""

from mayadeen.extensions.delivery import Delivery
from mayadeen.extensions.health import CrawlHealth
from mayadeen.extensions.keeping import KeepPages
from mayadeen.extensions.pace import CrawlDelay
from mayadeen.extensions.progress import Progress
from mayadeen.extensions.tally import Tally

__all__ = ["CrawlDelay", "CrawlHealth", "Delivery", "KeepPages", "Progress", "Tally"]
