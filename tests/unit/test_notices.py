"""Lines that are notices in place of an article, and headlines that are not."""

from __future__ import annotations

import pytest

from mayadeen.extract.notices import is_notice
from mayadeen.site.edition import EDITIONS

TEXT = "The ferry between the two islands sailed again on Monday."


@pytest.mark.parametrize(
    ("edition", "line"),
    [
        ("en", "404"),
        ("en", "Page not found"),
        ("en", "Sorry, the page you are looking for has moved"),
        ("en", "We value your privacy"),
        ("en", "Subscribe to continue reading this article"),
        ("en", "We will be back soon"),
        ("en", "Please enable JavaScript to view this page"),
        ("es", "Página no encontrada"),
        ("es", "Suscríbete para seguir leyendo"),
        ("es", "Valoramos tu privacidad"),
        ("ar", "الصفحة غير موجودة"),
        ("ar", "عذراً، الصفحة التي تبحث عنها غير موجودة"),
        ("ar", "سجّل الدخول لمتابعة القراءة"),
    ],
)
def test_notices(edition: str, line: str) -> None:
    assert is_notice([line, "", TEXT], EDITIONS[edition])
    assert is_notice(["A headline of the site", "", line], EDITIONS[edition])
    assert not is_notice([line, "", TEXT * 20], EDITIONS[edition]), "a long text is an article"


@pytest.mark.parametrize(
    ("edition", "headline"),
    [
        ("en", "404 people killed in a week"),
        ("en", "Access to aid denied, doctors say"),
        ("en", "Access denied: how hospitals wait for fuel"),
        ("en", "Page turned in Beirut as talks resume"),
        ("en", "The article was removed from the constitution"),
        ("en", "We will be back, say those who left"),
        ("en", "Privacy law passes its first reading"),
        ("es", "La página más leída del año"),
        ("es", "Acceso al agua, denegado durante meses"),
        ("ar", "الصفحة الأولى في تاريخ البلاد"),
        ("ar", "الموقع الأثري يفتح أبوابه"),
    ],
)
def test_headlines(edition: str, headline: str) -> None:
    assert not is_notice([headline, "", TEXT], EDITIONS[edition])
