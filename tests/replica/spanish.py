"""The Spanish edition of the replica: menu words as on the real site, everything else invented."""

from tests.replica.edition import Edition, Section


def _list(text: str, separator: str = ";") -> tuple[str, ...]:
    return tuple(text.split(separator))


SECTIONS = (
    Section("Política", "/noticias/politica", "Noticias", "news"),
    Section("Cultura y Arte", "/noticias/cultura-y-arte", "Noticias", "news"),
    Section("Deportes", "/noticias/deportes", "Noticias", "news"),
    Section("Salud", "/noticias/salud", "Noticias", "news"),
    Section("Tecnología", "/noticias/tecnologia", "Noticias", "news"),
    Section("Medio Ambiente", "/noticias/medio-ambiente", "Noticias", "news"),
    Section("Artículos", "/articles", "Opinión", "opinion"),
    Section("Entrevistas", "/entrevistas", "Opinión", "news", "{path}/{id}/{slug}"),
    Section("A Profundidad", "/profundidad", "Opinión", "analysis"),
    Section("Blog", "/blog", "Opinión", "blog"),
    Section("Video", "/video", "", "video"),
    Section("Infografías", "/infografias", "", "infographic"),
    Section("Galería", "/galeria", "", "gallery"),
)

VOCABULARY = {
    "place": _list(
        "Almora Bexilia Cardova Denmera Escaria Farolda Galdana Puerto-Heste Iscara Jorván Quelmonte Lorrania Mirabad"
        " Norvalia Ostara Pelán Caribad Rovena Soltana Tarmis Ulmira Velcán Yarmina Zahrabad Ardés Corvania Dulmar",
        " ",
    ),
    "office": _list(
        "el ministerio de Exteriores;la autoridad portuaria;el banco central"
        ";el sindicato del transporte;el consejo de energía"
        ";el ayuntamiento;la dirección de salud;la comisión electoral;la oficina de aduanas;la agencia espacial"
        ";la junta del agua;la asamblea estudiantil;el tribunal de cuentas"
    ),
    "role": _list(
        "ministro;portavoz;gobernador;enviado;delegado;investigador"
        ";alcalde;economista;ingeniero;médico;fiscal;archivista"
    ),
    "adj": _list(
        "conjunto nuevo regional urgente disputado costoso parcial inesperado temporal histórico preliminar", " "
    ),
    "thing": _list(
        "alto el fuego;acuerdo;corredor comercial;paso fronterizo"
        ";presupuesto;enlace ferroviario;censo;convoy de combustible"
        ";festival de cine;embalse;programa de vivienda;oleoducto;archivo;puente"
    ),
    "verb": _list(
        "suspende aprueba rechaza amplía reabre aplaza inspecciona condena celebra revisa financia bloquea", " "
    ),
    "past": _list("anunció confirmó advirtió explicó insistió reconoció predijo repitió señaló", " "),
    "event": _list(
        "tras semanas de conversaciones;pese a las fuertes lluvias"
        ";después de una noche de protestas;en medio del alza de precios"
        ";antes de la sesión de primavera;con poco aviso"
        ";durante una audiencia televisada;mientras se reanudan las negociaciones"
    ),
    "reason": _list(
        "los puentes río arriba ya no soportan camiones pesados;ninguna aseguradora cubriría la ruta"
        ";las reservas apenas durarían dos temporadas;los mapas antiguos resultaron poco fiables"
        ";las familias de ambas orillas dependen de los mismos pozos"
        ";las cifras no coincidían con las del año anterior"
    ),
    "count": _list("12 17 23 31 40 48 56 64 75 88 96 110 130 165 240 380 450 620 900", " "),
    "unit": _list(
        "camiones;familias;clínicas;barcos;aldeas;observadores;talleres;vuelos;aulas;toneladas de harina;voluntarios"
    ),
    "person": (),
    "syllable": _list("bel ca mor dri va sun tel ora fen lu gar ni pes rho zan mi qua te bri sol cas du gue jo", " "),
    "headline": (
        "{town} {verb} el {thing} {adj} {event}",
        "{office} de {town} {verb} el {thing} cerca de {place}",
        "El {role} de {town}: el {thing} necesita {count} {unit} más",
        "Llegan {count} {unit} a {town} y {office} {verb} el {thing}",
        "¿Por qué {office} de {town} {verb} cada {thing} {adj}?",
        "El {thing} {adj} divide a {town} y {place} {event}",
    ),
    "quoted": ('"{town}" {verb} el {thing} {adj} en {place}',),
    "colon": ("{role} de {town}: {thing} {adj} {event}",),
    "accented": ("Señora Alta y {town} {verb} diálogo sobre el {thing} en São {place}",),
    "sentence": (
        "{office} de {place} {past} que el {thing} {adj} estaría terminado {event}.",
        "Funcionarios de {place} indicaron que hacían falta {count} {unit}, ya que {reason}.",
        "Según {person}, {role} en {place}, {reason}.",
        '"Contamos {count} {unit} en una sola semana", {past} {person}, y añadió que {reason}.',
        "Para los vecinos de {place}, el {thing} es menos una promesa que una costumbre de esperar.",
        "Desde hace meses se discute un {thing} {adj} entre {place} y {place} {event}, pero {reason}.",
        "A principios de mes, {office} publicó una evaluación del {thing} y señaló que {reason}.",
        "Nadie en {place} espera que el {thing} {adj} resuelva el asunto, porque {reason}.",
        "Lo que empezó en {place} como un {thing} {adj} afecta hoy a {count} {unit} en toda la región.",
        "«El {thing} es de quienes lo reparan», {past} el {role} en {place} {event}.",
        "Por la tarde, {count} {unit} esperaban ante {office} de {place}, algo poco habitual para su tamaño.",
        "El año pasado el {thing} costó a {place} el equivalente de {count} {unit}; este año {reason}.",
        "El {role} y {office} discrepan: uno quiere un {thing} {adj}, la otra parte {count} {unit}.",
        "Las obras del {thing}, detenidas dos veces en la temporada, se reanudaron cerca de {place} {event}.",
    ),
    "short": (
        "La sesión fue aplazada.",
        "Nadie resultó herido.",
        "Hubo silencio en {place}.",
        "Después se apagaron las luces.",
    ),
    "subhead": (
        "Un {thing} {adj}",
        "Qué quiere {place}",
        "La vista desde {place}",
        "{count} {unit} después",
        "¿Quién paga el {thing}?",
    ),
    "item": (
        "{count} {unit} enviados a {place}",
        "Un {thing} {adj} para {place}",
        "Conversaciones con {office} de {place}",
        "Reparación del {thing} cerca de {place}",
    ),
    "caption": (
        "Un {role} pasa junto al {thing} en {place}",
        "Trabajadores descargan {unit} frente a {office} en {place}",
        "Vista del {thing} {adj} cerca de {place}",
        "{person}, {role}, habla con la prensa en {place}",
    ),
    "credit": ("AP", "Reuters", "Redes sociales", "Agencia Norvalia", ""),
    "tweet": (
        "#ÚltimaHora | {office} de {place} {past} un {thing} {adj} pic.twitter.com/{count}x{count}",
        "Vea: {count} {unit} llegan a {place} {event}.",
    ),
    "bulletin": (
        "{office} de {place}: {count} {unit} fueron puestos a salvo {event}.",
        "{person} a la radio local: el {thing} {adj} seguirá {event}.",
        "Corresponsal en {place}: el {thing} quedó cerrado durante {count} minutos.",
        "Un leve temblor se sintió en {place}, sin daños en el {thing}.",
    ),
    "related": ('La frase "Noticias relacionadas" estaba impresa en cada folleto de {office} de {place} {event}.',),
}

_FIRST = _list("Lina Omar Sara Martín Nadia Inés Maya Tomás Rima Joaquín Elena Marco Ana Víctor", " ")
_LAST = _list("Hadán Nasur Calid Rahán Salehi Mansur Ázem Farruco Dahir Petrán Rosé Peña Morel Ibáñez", " ")
PEOPLE = tuple(f"{first} {last}" for first, last in zip(_FIRST, _LAST, strict=True))
VOCABULARY["person"] = PEOPLE

ES = Edition(
    code="es",
    site_name="Al Mayadeen Español",
    home="Inicio",
    sections=SECTIONS,
    groups={"Noticias": "/noticias", "Opinión": "/opinion"},
    special={
        2: "video",
        6: "articles",
        10: "profundidad",
        14: "entrevistas",
        18: "blog",
        22: "infografias",
        26: "galeria",
        30: "articles",
        34: "video",
    },
    regions=("Almora del Este", "América Latina", "Palestina", "Siria"),
    region_folder="paises",
    tags=_list(
        "Siria;Irak;Líbano;Jordania;Rusia;Estados Unidos;Energía;Elecciones;Comercio;Fútbol;Clima;Alto el fuego"
        ";Inteligencia Artificial;Precios del petróleo;Sanciones;Espacio"
        ";Migración;Educación;Cine;Inflación;Derechos Humanos"
    ),
    coverages=("La larga sequía de Casmera", "Norvalia vota", "Puertos del norte"),
    people=PEOPLE,
    numbered_authors=True,
    sources=("Agencias", "Exclusivo Al Mayadeen", "Al Mayadeen Español", "Agencia Norvalia", "Medios locales"),
    months=_list("Enero Febrero Marzo Abril Mayo Junio Julio Agosto Septiembre Octubre Noviembre Diciembre", " "),
    direction="ltr",
    words={
        "by": "Por",
        "and": "y",
        "source": "Fuente:",
        "shares": "Compartidos",
        "views": "Visualizaciones",
        "min_read": "min de lectura",
        "related": "Noticias relacionadas",
        "read_more": "Lea también:",
        "watch": "Vea también:",
        "most_read": "Más leídas",
        "coverage": "Coberturas",
        "read_next": "Le puede interesar",
        "latest": "Últimas noticias",
        "all": "Todas",
        "breaking": "ÚLTIMA HORA",
        "tags": "Etiquetas:",
        "share": "Compartir",
        "today": "Hoy",
        "load_more": "Ver más",
        "live": "En Vivo",
        "rights": "Todos los derechos reservados",
        "about": "Quiénes somos",
        "privacy": "Política de privacidad",
        "contact": "Contacto",
        "authors": "Escritores",
        "pages": "Páginas",
        "slogan": "Noticias de un lugar que no existe",
        "missing": "La página que busca no está aquí",
        "disclaimer": (
            "Las opiniones expresadas en este artículo no reflejan necesariamente la opinión de Al Mayadeen; son de"
            " quien lo firma."
        ),
    },
    vocabulary=VOCABULARY,
)
