"""Sends alarms with apprise: mail, Slack, Telegram, webhooks (extra `notify`). Its addresses contain secrets."""

from __future__ import annotations

import os
from importlib.util import find_spec
from logging import WARNING, getLogger
from typing import Any

from scrapy.settings import BaseSettings

from mayadeen.errors import UsageError

logger = getLogger(__name__)


def addresses(settings: BaseSettings) -> list[str]:
    """Return the addresses in NOTIFY, else in $MAYADEEN_NOTIFY: a list, or a string separated by spaces."""
    given = settings.get("NOTIFY") or os.environ.get("MAYADEEN_NOTIFY", "")
    return given.split() if isinstance(given, str) else [str(each) for each in given]


def services(settings: BaseSettings) -> list[Any]:
    """Return the services of NOTIFY. Raises UsageError for an invalid address, without its secrets."""
    wanted = addresses(settings)
    if not wanted:
        return []
    if find_spec("apprise") is None:
        raise UsageError("NOTIFY needs apprise, the extra 'notify': pip install apprise")
    import apprise

    # Their debug messages contain whole addresses.
    for name in ("apprise", "urllib3", "requests"):
        getLogger(name).setLevel(WARNING)
    getLogger("apprise").disabled = True
    found = []
    for at, address in enumerate(wanted, 1):
        service = apprise.Apprise.instantiate(address, suppress_exceptions=True)
        if service is None:
            scheme = address.partition("://")[0] if "://" in address else "?"
            raise UsageError(f"NOTIFY: address {at} ({scheme}://...) is not supported by apprise")
        found.append(service)
    return found


async def send(settings: BaseSettings, title: str, text: str) -> list[str]:
    """Send a message to all services of NOTIFY. Returns the names of the failed ones, without secrets."""
    unreached = []
    for service in services(settings):
        if not await service.async_notify(body=text, title=title):
            unreached.append(service.url(privacy=True))
    return unreached
