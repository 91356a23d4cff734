"""Words after which a full stop ends nothing, and words that begin a sentence. No Django."""

# ruff: noqa: RUF001 (marks and letters that look like others are the subject)

import re

ABBREVIATED = 24  # code points: a longer word is no abbreviation

_LETTER = "[A-Za-zÀ-ɏͰ-ϿЀ-ӿ԰-֏ء-ي]"  # scripts with initials
_TOKEN = re.compile(r"[^\s()\[\]{}“”„«»‹›‘\"]*\Z")
_IN_ADDRESS = re.compile("[@/:=?]")
_JOINT = re.compile(r"[-\u2010-\u2015’',]")
WORD = re.compile(r"[^\W\d_]+")
NUMBER = re.compile(r"[#№(]?\d|[IVXLC]+\b")
_ITEM_NUMBER = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3}){0,4}|[IVXLC]{1,6}|" + _LETTER + ")")
INITIALS = re.compile(f"{_LETTER}|(?:{_LETTER}{{1,2}}\\.)+{_LETTER}{{1,2}}")
CLAUSE = re.compile(
    r"[A-ZÀ-Þ](?:(?<=Mr|Ms|Dr|Lt)\.|(?<=Mrs|Gen|Col|Maj|Sen|Rep|Gov)\.|[^.!?…:;“”«»\"])*"
)
MONTH = re.compile("Jan|Jän|Feb|März|April|Mai|Jun|Jul|Aug|Sept|Okt|Nov|Dez|Jahrhundert|Weltkrieg")
SAID_CJK = re.compile("と|って|[^。！？，、：]{0,10}?(?:说|說|道|表示|称|稱|指出|问|問)")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SAID = _words(
    """
    says said asks asked tells told adds added warns warned writes wrote tweeted posted replies
    replied answered declares declared explains explained insists insisted concludes concluded
    notes noted stresses stressed shouted cried exclaimed wondered continued recalled remarked
    """
)
AFTER_SAID = _words(
    """
    on in at to reporters during after before earlier later yesterday today again
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday
    """
)
# Something always follows these.
NEVER_LAST = _words(
    """
    Mr Mrs Ms Mx Messrs Dr Drs Prof Gen Lt Col Maj Capt Cmdr Cdr Sgt Cpl Pvt Adm Brig Rev Hon Sen
    Sens Rep Reps Gov Govs Pres Amb Supt Det Insp Msgr Mgr Fr Mt Ft vs cf viz approx ca eg ie e.g
    i.e esp incl
    M MM Mme Mmes Mlle Mlles Pr Ste env Hr Frl bzw evtl ggf inkl sog vgl z.B d.h u.a p.ex Sra Srta
    Dra Gral Sig Dott np tzw św płk
    ул вул пл просп ген проф акад доц св см див ср напр рис табл гл изд т.е т.к т.н
    """
)
# Only before a number.
BEFORE_NUMBER = _words(
    """
    No Nos no nos p pp Vol vol Vols vols Fig fig Figs figs Art art Arts arts Sec sec Ch ch Chap chap
    Para para Pt pt Eq eq Nr nr Bd Abs Núm núm pág págs n° стр ст
    """
)
# These may end a sentence, or not; so may initials and what has dots inside, such as U.S.
MAY_BE_LAST = _words(
    """
    Inc Corp Co Cos Ltd Bros Jr Sr Esq St Ave Blvd Rd Sq etc al dept Dept univ Univ
    ft lb lbs oz hr hrs min mins secs ed eds ex tel Tel
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thur Thurs Fri
    Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Mass Md Mich Minn Miss Mo Mont Neb
    Nev Okla Ont Ore Pa Penn Que Tenn Tex Va Vt Wash Wis Wyo
    av janv févr juil déc usw Mio Mrd Std Str EE UU Ud Uds tys mln mld ul im prof им ім
    гг вв рр тыс тис млн млрд трлн руб грн коп долл чел др проч пр обл кв корп
    """
)
# Words that begin a sentence more often than a name.
BEGINS = _words(
    """
    The A An He She It They We You I This That These Those There Here But And Or Nor So Yet If When
    While Where What Who Why How As At By For From In Into On Since To With After Before During
    Until Although Though However Meanwhile Moreover Also Still Then Thus His Her Its Their Our My
    Your No Not Only Some Many Most All Both Each Every Even According Earlier Later Last Now Once
    Another Others Over Between Among Despite Because Asked
    Les Un Une Il Elle Ils Elles Ce Cette Ces Mais En Dans Selon Pour Sur Puis Der Die Das Ein Eine
    Er Sie Es Aber Im Am Auf Nach Los Las Pero Según Una
    Он Она Они Оно Мы Это Эта Этот Но И А В На По Как Однако Также При После Он Він Вона Вони Це Але
    Та У За Для
    """
)
ALSO_NAMES = _words("A An He I You So In My No To How All Last La Un Er Im Am Los Las Die")


def word_before(text: str, start: int, end: int) -> str:
    """Return the word up to a full stop, dots inside included; or nothing for an address."""
    found = _TOKEN.search(text, start, end)
    token = found[0] if found else ""
    if len(token) >= ABBREVIATED or _IN_ADDRESS.search(token):
        return ""
    return _JOINT.split(token)[-1].lstrip(".")


def is_number_of_item(text: str, start: int, here: int) -> bool:
    """Whether the full stop only follows the number of a heading or list item: "2.1.", "IV."."""
    return text[here] == "." and _ITEM_NUMBER.fullmatch(text, start, here) is not None
