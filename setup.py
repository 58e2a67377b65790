from setuptools import setup  # scrapyd-deploy builds its egg through this file; all is in pyproject.toml

setup()
