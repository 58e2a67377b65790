"""The English edition of the replica: menu words as on the real site, everything else invented."""

from tests.replica.edition import Edition, Section


def _list(text: str, separator: str = ";") -> tuple[str, ...]:
    return tuple(text.split(separator))


_MENU = {
    ("News", "/news", "news"): (
        ("Politics", "politics"),
        ("Economy", "economy"),
        ("Sports", "sports"),
        ("Arts&Culture", "arts-culture"),
        ("Health", "health"),
        ("Miscellaneous", "miscellaneous"),
        ("Technology", "technology"),
        ("Environment", "environment"),
    ),
    ("Articles", "/articles", "opinion"): (
        ("Opinion", "opinion"),
        ("Analysis", "analysis"),
        ("Blog", "blog"),
        ("Features", "features"),
    ),
    ("Videos", "/videos", "video"): (
        ("NewsFeed", "newsfeed"),
        ("Video Features", "video-features"),
        ("Explainers", "explainers"),
        ("TV", "tv"),
        ("Digital Series", "digital-series"),
    ),
}
_KINDS = {"analysis": "analysis", "blog": "blog", "features": "feature"}

SECTIONS = (
    *(
        Section(name, f"{path}/{slug}", group, _KINDS.get(slug, kind))
        for (group, path, kind), children in _MENU.items()
        for name, slug in children
    ),
    Section("Infographs", "/infographs", "", "infographic"),
    Section("In Pictures", "/in-pictures", "", "gallery"),
)

VOCABULARY = {
    "an": ("an",),
    "place": _list(
        "Almora Bexhill Cardova Denmere Eskaria Farhold Galdana Hestport Iskara Jorvan Kelmont Lorrany "
        "Mirabad Norvale Ostara Pellan Qaribad Rovenna Soltana Tarmis Ulmira Velkan Westara Yarmina "
        "Zahrabad Ardesh Belqis Corvane Dulmar Elzeth Fennick Gorvasta Halmeer Ithren Jubara "
        "Kasmere Lindova Marzeen",
        " ",
    ),
    "office": _list(
        "Foreign Ministry;port authority;central bank;transport union;energy council;city council;health "
        "directorate;election commission;customs office;farmers' syndicate;teachers' federation;national "
        "carrier;space agency;football association;water board;river commission;student assembly;grain "
        "board;fishing cooperative;audit court"
    ),
    "role": _list(
        "minister;spokesperson;governor;envoy;delegate;researcher;commander;mayor;economist;engineer;"
        "coach;curator;physician;harbor master;union leader;meteorologist;archivist;prosecutor"
    ),
    "adj": _list(
        "joint new regional draft public emergency seasonal long-delayed disputed costly partial unexpected "
        "temporary maritime agricultural renewed independent narrow historic preliminary",
        " ",
    ),
    "thing": _list(
        "ceasefire;agreement;trade corridor;border crossing;budget;rail link;desalination plant;ferry "
        "service;power grid;wheat harvest;census;fuel convoy;vaccination campaign;film festival;transfer "
        "window;satellite launch;reservoir;housing program;currency reform;pipeline;airport terminal;"
        "archive"
    ),
    "verb": _list(
        "suspends approves rejects expands reopens postpones inspects condemns welcomes revises audits "
        "finances restores challenges defends blocks",
        " ",
    ),
    "past": _list(
        "announced confirmed warned explained insisted reported disclosed acknowledged predicted repeated "
        "testified noted",
        " ",
    ),
    "event": _list(
        "after weeks of talks;despite heavy rain;following a night of protests;amid rising prices;ahead "
        "of the spring session;under a tight deadline;with little warning;in spite of an earlier pledge;"
        "during a televised hearing;as negotiations resume;before the end of the quarter;over objections "
        "from Kasmere"
    ),
    "reason": _list(
        "the bridges upstream can no longer carry heavy trucks;no insurer would cover the route;the "
        "reserves would last barely two seasons;both delegations had run out of time;the older maps "
        "proved unreliable;families on either bank depend on the same wells;most of the equipment was "
        "leased abroad;independent monitors were turned away twice;the figures did not match those of "
        "last year;a compromise had already been printed and bound"
    ),
    "count": _list("12 17 23 31 40 48 56 64 75 88 96 110 130 165 240 380 450 620 900", " "),
    "unit": _list(
        "trucks;families;clinics;vessels;villages;observers;workshops;flights;classrooms;tons of flour;"
        "kilometers of track;volunteers;orchards;generators"
    ),
    "person": (),
    "syllable": _list("bel ka mor dri va sun tel ora fen lu gar ni pes rho zan mi qua te bri sol cas du wen jo", " "),
    "headline": (
        "{town} {verb} {adj} {thing} {event}",
        "{town} {office} {verb} {thing} near {place}",
        "{role} in {town}: {thing} needs {count} more {unit}",
        "{count} {unit} reach {town} as {office} {verb} {thing}",
        "'{town}' {thing} plan {verb} {adj} {thing}: Report",
        "{adj} {thing} divides {town} and {place} {event}",
        "Why the {town} {office} {verb} every {adj} {thing}",
        "{town}'s {thing} & the {adj} road to {place}",
    ),
    "quoted": ("'{town}' {office} {verb} {adj} {thing} in {place}",),
    "colon": ("{town} {role}: {adj} {thing} {event}",),
    "accented": ("Café owners in São {town} and Señora Alta {verb} {adj} {thing}",),
    "sentence": (
        "The {office} of {place} {past} that the {adj} {thing} would be completed {event}.",
        "Officials in {place} {past} that {count} {unit} were needed, since {reason}.",
        "According to {person}, a {role} in {place}, {reason}.",
        '"We counted {count} {unit} in a single week," {person} {past}, adding that {reason}.',
        "For residents of {place}, the {thing} is less a promise than a habit of waiting.",
        "A {adj} {thing} between {place} and {place} has been discussed {event}, yet {reason}.",
        "The {role} {past} that {count} {unit} had crossed from {place} to {place} {event}.",
        "Earlier this month, the {office} published a {adj} assessment of the {thing}, noting that {reason}.",
        "Nobody in {place} expects the {adj} {thing} to settle the matter, because {reason}.",
        "What began as a {adj} {thing} in {place} now concerns {count} {unit} across the region.",
        '"The {thing} belongs to those who repair it," the {role} {past} in {place} {event}.',
        "Supporters of the {thing} in {place} argue that {reason}; critics answer that it came too late.",
        "Three {unit} stood outside the {office} of {place} on Monday, a {adj} sight for its size.",
        "{person}, who has been a {role} for {count} weeks, {past} that a {adj} {thing} was not to be had.",
        "Last year the {thing} cost {place} the equivalent of {count} {unit}; this year {reason}.",
        "Between {place} and {place}, {count} {unit} were stopped {event}, local radio {past}.",
        "The {role} and the {office} disagree: one wants a {adj} {thing}, the other {count} {unit}.",
        "A letter from {place} to the {office} {past} that the {thing} had changed hands {event}.",
        "Work on the {thing}, halted twice since the {adj} season began, resumed near {place} {event}.",
        "The {place} {office} {past} a loss of {count} {unit} & called for a {adj} review.",
    ),
    "short": (
        "The session was adjourned.",
        "No one was hurt.",
        "The {office} declined to comment.",
        "{place} waited.",
        "Then the lights went out.",
    ),
    "subhead": (
        "A {adj} {thing}",
        "What {place} wants",
        "The view from {place}",
        "{count} {unit} later",
        "Who pays for the {thing}?",
    ),
    "item": (
        "{count} {unit} sent to {place}",
        "A {adj} {thing} for {place}",
        "Talks with the {office} of {place}",
        "Repairs to the {thing} near {place}",
    ),
    "caption": (
        "A {role} walks past the {thing} in {place}",
        "Workers unload {unit} outside the {office} in {place}",
        "A view of the {adj} {thing} near {place}",
        "{person}, {role}, speaks to reporters in {place}",
    ),
    "credit": ("AP", "Reuters", "Social media", "Norvale Wire", ""),
    "tweet": (
        "BREAKING | The {office} of {place} has {past} a {adj} {thing} pic.twitter.com/{count}x{count}",
        "Watch: {count} {unit} arrive in {place} {event}.",
    ),
    "bulletin": (
        "{place} {office}: {count} {unit} were moved to safety {event}.",
        "{person} to local radio: The {adj} {thing} will go ahead {event}.",
        "Correspondent in {place}: A {thing} was closed to traffic for {count} minutes.",
        "The {office} of {place}: We will answer for the {adj} {thing} alone.",
        "A minor tremor was felt in {place}, with no damage to the {thing}.",
    ),
    "related": ('The phrase "Related News" was printed on every leaflet of the {place} {office} {event}.',),
}

_FIRST = _list(
    "Lina Omar Sara Karim Nadia Hassan Maya Tarek Rima Jad Elena Marco Anna Viktor Leila Samir Dana Ivan", " "
)
_LAST = _list("Haddan Nassour Khalid Rahan Salehi Mansur Azem Farouk Dahir Petran Rosse Kleinov Morel Tanako", " ")
PEOPLE = tuple(f"{first} {last}" for first, last in zip(_FIRST * 2, _LAST * 2 + _LAST[:8], strict=True))
VOCABULARY["person"] = PEOPLE

EN = Edition(
    code="en",
    site_name="Al Mayadeen English",
    home="Home",
    sections=SECTIONS,
    groups={group: path for group, path, _ in _MENU},
    special={
        2: "newsfeed",
        6: "opinion",
        10: "analysis",
        14: "features",
        18: "blog",
        22: "infographs",
        26: "in-pictures",
        30: "opinion",
        34: "video-features",
    },
    regions=("Africa", "Asia", "Asia-Pacific", "Europe", "Latin America", "MENA", "Palestine", "US & Canada"),
    region_folder="region",
    tags=_list(
        "Syria;Iraq;Lebanon;Jordan;Russia;United States;ISIS;Energy;Elections;Trade;Football;Climate;"
        "Ceasefire;Artificial Intelligence;Oil Prices;Sanctions;Space;Migration;Education;Cinema;Drones;"
        "Inflation;Shipping;Diplomacy;Protests;Human Rights;Cyber Security;Almora;Norvale;Kasmere"
    ),
    coverages=("The long drought in Kasmere", "Norvale votes", "Ports of the north"),
    people=PEOPLE,
    numbered_authors=False,
    sources=(
        "Agencies",
        "News Websites",
        "Al Mayadeen",
        "Al Mayadeen English",
        "Norvale Wire",
        "Local Media",
    ),
    months=_list("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", " "),
    direction="ltr",
    words={
        "by": "By",
        "and": "and",
        "source": "Source:",
        "shares": "Shares",
        "views": "Views",
        "min_read": "Min Read",
        "related": "Related News",
        "read_more": "Read more:",
        "watch": "Watch:",
        "most_read": "Most Read",
        "coverage": "Coverage",
        "read_next": "Read Next",
        "latest": "Latest News",
        "all": "All",
        "breaking": "BREAKING",
        "tags": "Tags:",
        "share": "Share",
        "today": "Today",
        "load_more": "Load more",
        "live": "LIVE",
        "rights": "All Rights Reserved",
        "about": "About Us",
        "privacy": "Privacy Policy",
        "contact": "Contact Us",
        "authors": "Authors",
        "pages": "Pages",
        "slogan": "News from a place that was made up",
        "missing": "The page you asked for is not here",
        "disclaimer": (
            "The opinions mentioned in this article do not necessarily reflect the opinion of Al "
            "Mayadeen; they are those of the person who signed it."
        ),
    },
    vocabulary=VOCABULARY,
)
