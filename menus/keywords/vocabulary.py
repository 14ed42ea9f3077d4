"""The words of SMS commands, in every language: one table.

A word means the same whatever language its sender speaks, so it stands for one command only. Words
are written in capitals without marks: `SALIO`, `RELEVE`. Two words joined (`CASHIN`) are read
apart as well.
"""

from enum import StrEnum

from menus.engine.gsm7 import fold
from menus.engine.letters import plain_letters
from menus.texts.catalogue import DEFAULT


class Command(StrEnum):
    """What an SMS can begin with, by its English word."""

    BAL = "BAL"
    AIR = "AIR"
    DATA = "DATA"
    TOPUP = "TOPUP"
    SEND = "SEND"
    STMT = "STMT"
    PROBLEM = "PROBLEM"
    AGAIN = "AGAIN"
    LANG = "LANG"
    BLOCK = "BLOCK"
    HELP = "HELP"
    STOP = "STOP"
    START = "START"
    YES = "YES"
    CASHIN = "CASHIN"
    PAYOUT = "PAYOUT"
    FLOAT = "FLOAT"
    ASKFLOAT = "ASKFLOAT"
    SENDFLOAT = "SENDFLOAT"
    BUYFLOAT = "BUYFLOAT"


REVIEWED = frozenset({"en"})
"""Languages whose words somebody who speaks them has read; the others await that."""

COMMANDS: dict[Command, dict[str, str]] = {
    Command.BAL: {
        "en": "BAL BALANCE", "pcm": "BALANS", "ha": "RAGOWA", "yo": "IYOKU", "ig": "NKEFODURU",
        "sw": "SALIO", "fr": "SOLDE",
    },
    Command.AIR: {
        "en": "AIR AIRTIME", "pcm": "KARD", "ha": "KATI", "yo": "KAADI", "ig": "KADI",
        "sw": "MUDA", "fr": "CREDIT",
    },
    Command.DATA: {
        "en": "DATA BUNDLE", "pcm": "DETA", "ha": "DATTA", "yo": "DAATA", "ig": "DATAA",
        "sw": "BANDO", "fr": "FORFAIT INTERNET",
    },
    Command.TOPUP: {
        "en": "TOPUP VOUCHER", "pcm": "LOADAM", "ha": "LODA", "yo": "FIKUN", "ig": "TINYE",
        "sw": "VOCHA", "fr": "BON COUPON",
    },
    Command.SEND: {
        "en": "SEND", "pcm": "SENDAM", "ha": "TURA", "yo": "FIRANSE", "ig": "ZIGA", "sw": "TUMA",
        "fr": "ENVOI ENVOYER",
    },
    Command.STMT: {
        "en": "STMT STATEMENT", "pcm": "RECORD", "ha": "BAYANI", "yo": "AKOSILE", "ig": "NDEKO",
        "sw": "TAARIFA", "fr": "RELEVE",
    },
    Command.PROBLEM: {
        "en": "PROBLEM", "pcm": "WAHALA", "ha": "MATSALA", "yo": "ISORO", "ig": "NSOGBU",
        "sw": "TATIZO", "fr": "PROBLEME",
    },
    Command.AGAIN: {
        "en": "AGAIN", "pcm": "AGEN", "ha": "SAKE", "yo": "LEKANSI", "ig": "OZO", "sw": "TENA",
        "fr": "ENCORE",
    },
    Command.LANG: {
        "en": "LANG LANGUAGE", "pcm": "LANGWEJ", "ha": "HARSHE", "yo": "EDE", "ig": "ASUSU",
        "sw": "LUGHA", "fr": "LANGUE",
    },
    Command.BLOCK: {
        "en": "BLOCK", "pcm": "LOKAM", "ha": "RUFE", "yo": "DINA", "ig": "MECHIE", "sw": "FUNGA",
        "fr": "BLOQUER",
    },
    Command.HELP: {
        "en": "HELP", "pcm": "HELPAM", "ha": "TAIMAKO", "yo": "IRANLOWO", "ig": "ENYEMAKA",
        "sw": "MSAADA", "fr": "AIDE",
    },
    Command.STOP: {
        "en": "STOP", "pcm": "STOPAM", "ha": "TSAYA", "yo": "DURO", "ig": "KWUSI", "sw": "ACHA",
        "fr": "ARRET",
    },
    Command.START: {
        "en": "START", "pcm": "STATAM", "ha": "FARA", "yo": "BERE", "ig": "MALITE", "sw": "ANZA",
        "fr": "DEBUT",
    },
    Command.YES: {
        "en": "YES", "pcm": "OYA", "ha": "EH", "yo": "BEENI", "ig": "EE", "sw": "NDIYO",
        "fr": "OUI",
    },
    Command.CASHIN: {
        "en": "CASHIN", "pcm": "PUTCASH", "ha": "AJIYA", "yo": "FOWOSI", "ig": "TINYEGO",
        "sw": "WEKA", "fr": "DEPOT",
    },
    Command.PAYOUT: {
        "en": "PAYOUT", "pcm": "GIVECASH", "ha": "BIYA", "yo": "SANWO", "ig": "KWUO", "sw": "LIPA",
        "fr": "RETRAIT",
    },
    Command.FLOAT: {
        "en": "FLOAT", "pcm": "MYFLOAT", "ha": "JARI", "yo": "OWOISE", "ig": "EGOORU",
        "sw": "FLOTI", "fr": "FONDS",
    },
    Command.ASKFLOAT: {
        "en": "ASKFLOAT", "pcm": "BEGFLOAT", "ha": "NEMIJARI", "yo": "BERELOWO", "ig": "RIOEGO",
        "sw": "OMBAFLOTI", "fr": "DEMANDE",
    },
    Command.SENDFLOAT: {
        "en": "SENDFLOAT", "pcm": "DASHFLOAT", "ha": "TURAJARI", "yo": "FIOWORANSE",
        "ig": "ZIGAEGO", "sw": "TUMAFLOTI", "fr": "ENVOIFONDS",
    },
    Command.BUYFLOAT: {
        "en": "BUYFLOAT", "pcm": "GETFLOAT", "ha": "SAYIJARI", "yo": "RAOWO", "ig": "ZUTAEGO",
        "sw": "NUNUAFLOTI", "fr": "ACHATFONDS",
    },
}  # fmt: skip

AGENTS = frozenset({
    Command.CASHIN, Command.PAYOUT, Command.FLOAT, Command.ASKFLOAT, Command.SENDFLOAT,
    Command.BUYFLOAT,
})  # fmt: skip
"""Commands that only agents have."""

LENGTHS: dict[str, str] = {
    "day": "D DAY DAYS JOUR JOURS J SIKU KWANA OJO UBOCHI",
    "week": "W WEEK WEEKS SEMAINE SEMAINES WIKI MAKO OSE IZU",
    "month": "MONTH MONTHS MOIS MWEZI MIEZI WATA OSU ONWA",
    "year": "Y YEAR YEARS AN ANS MWAKA SHEKARA ODUN AFO",
}
"""What stands after a number of days, weeks, months or years."""

TERMS: dict[str, str] = {
    "daily": "DAILY QUOTIDIEN",
    "weekly": "WEEKLY HEBDO HEBDOMADAIRE",
    "monthly": "MONTHLY MENSUEL",
}
"""How long a plan lasts, in one word."""

FILLERS = frozenset("TO FOR PIN PLEASE PLS ABEG POUR A ZUWA KWA FUN".split())
"""Words that say nothing more of an order."""

LANGUAGE_NAMES: dict[str, str] = {
    "en": "EN ENGLISH ANGLAIS TURANCI GEESI BEKEE KIINGEREZA",
    "pcm": "PCM NAIJA PIDGIN",
    "ha": "HA HAUSA",
    "yo": "YO YORUBA",
    "ig": "IG IGBO IBO",
    "sw": "SW SWAHILI KISWAHILI",
    "fr": "FR FRENCH FRANCAIS",
}
"""Each language by its code, its own name and what others call it."""


def _by_word(table: dict[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, words in table.items() for word in words.split()}


BY_WORD: dict[str, Command] = {
    word: command
    for command, languages in COMMANDS.items()
    for words in languages.values()
    for word in words.split()
}
LENGTH_BY_WORD, TERM_BY_WORD = _by_word(LENGTHS), _by_word(TERMS)
LANGUAGE_BY_WORD = _by_word(LANGUAGE_NAMES)


def command_of(word: str) -> Command | None:
    """The command that a word stands for, however it is written; None for any other word."""
    return BY_WORD.get(plain_letters(fold(word)).upper())


def word_for(command: Command, language: str) -> str:
    """The first word of a command in this language."""
    words = COMMANDS[command]
    return words.get(language, words[DEFAULT]).split()[0]
