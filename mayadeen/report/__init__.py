"""What the archive holds, as one page of charts: facts of articles, sums over them, figures, the page."""
