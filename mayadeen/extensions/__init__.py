"""Extensions: health checks, kept pages, progress, and the summary of a crawl."""

from mayadeen.extensions.health import CrawlHealth
from mayadeen.extensions.keeping import KeepPages
from mayadeen.extensions.progress import Progress
from mayadeen.extensions.tally import Tally

__all__ = ["CrawlHealth", "KeepPages", "Progress", "Tally"]
