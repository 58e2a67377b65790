from setuptools import setup  # scrapyd-deploy builds its egg through this file; all else is in pyproject.toml

setup(entry_points={"scrapy": ["settings = mayadeen.settings"]})
