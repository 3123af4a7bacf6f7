"""One everyday word of each language (a lamp, a harbour …), for matching in every script."""

WORDS = {
    "bg": "пристанище",
    "cs": "přístav",
    "da": "håndværk",
    "de": "Straßenlampe",
    "el": "λιμάνι",
    "en": "harbour",
    "es": "lámpara",
    "et": "jõgi",
    "fi": "työpöytä",
    "fr": "fenêtre",
    "ga": "teach solais",
    "hr": "šešir",
    "hu": "erdőtűz",
    "it": "città",
    "lt": "ąžuolas",
    "lv": "ķirsis",
    "mt": "għasfur",
    "nl": "coöperatie",
    "pl": "źródło",
    "pt": "coração",
    "ro": "țesătură",
    "sk": "mäkčeň",
    "sl": "češnja",
    "sv": "smörgås",
    "is": "þjóðvegur",
    "nb": "blåbær",
    "ar": "مصباح",
    "he": "מנורה",
    "zh": "灯塔",
    "ja": "とうだい",
    "th": "ประภาคาร",
}
"""Language → word. The 24 official languages of the EU and seven more."""

UNSPACED = {"zh", "ja", "th"}
"""Languages that put no space between words."""
