"""Asks for lists and searches in the database that it is given, filled if empty; see browse.py."""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from random import Random
from urllib.parse import urlencode

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from bench.fill import fill
from bench.generate import FUNCTION_WORDS, Newsroom
from claims.choices import ClaimKind
from claims.models import Claim
from claims.status import CODES

WARM = 6
"""Pages of each kind that don't count."""
LITTLE = frozenset(FUNCTION_WORDS)


def addresses(number: int, seed: int = 1) -> dict[str, list[str]]:
    """Pages of each kind in the database at hand, ``number`` of each, the same for the same seed.

    Half of the sources and questions are those that the pages offer, half are any.
    """
    chance = Random(seed)
    kinds = [kind.value for kind in ClaimKind]
    sources = _slugs("articles_source", "source_id", number, chance)
    questions = _slugs("claims_question", "question_id", number, chance)
    some = Claim.objects.published()
    (last,) = some.order_by("-pk").values_list("pk", flat=True)[:1]
    picked = [chance.randint(1, last) for _ in range(3 * number)]
    texts = list(some.filter(pk__in=picked).order_by("pk").values_list("text", flat=True))[:number]
    room = Newsroom(seed)
    names = [name.split()[-1] for name in _names(number, chance)]
    words = [chance.choice(_long(text)) for text in texts]
    found = {
        "first page": [list_of(x=str(n)) for n in range(number)],
        "by status": [list_of(status=CODES[n % len(CODES)], x=str(n)) for n in range(number)],
        "by kind": [list_of(kind=kinds[n % len(kinds)], x=str(n)) for n in range(number)],
        "by source": [list_of(source=slug) for slug in sources],
        "by question": [list_of(question=slug) for slug in questions],
        "by kind and status": [
            list_of(kind=chance.choice(kinds), status=chance.choice(CODES), x=str(n))
            for n in range(number)
        ],
        "by source and status": [
            list_of(source=slug, status=chance.choice(CODES)) for slug in sources
        ],
        "page 5": [list_of(page="5", x=str(n)) for n in range(number)],
        "page 300": [list_of(page="300", x=str(n)) for n in range(number)],
        "search: one word": [list_of(q=word) for word in words],
        "search: a rare word": [list_of(q=word) for word in _rare(texts)],
        "search: a sentence of 12 words": [
            list_of(q=" ".join((room.query(text) + " " + text).split()[:12])) for text in texts
        ],
        "search: a name": [list_of(q=name) for name in names],
        "search: a prefix": [list_of(q=word[:5], live="1") for word in words],
        "search: misspelt": [list_of(q=_swapped(word, chance)) for word in words],
        "search: an exact phrase": [
            list_of(q=f'"{" ".join(text.split()[2:7])}"') for text in texts
        ],
        "search: a word, by status": [
            list_of(q=word, status=chance.choice(CODES)) for word in words
        ],
    }
    return {kind: pages[:number] for kind, pages in found.items()}


def list_of(**given: str) -> str:
    """The address of a list."""
    return f"/claims/?{urlencode(given)}"


def _slugs(table: str, column: str, number: int, chance: Random) -> list[str]:
    """Half of those that lists offer first, half any."""
    held = "claims_claim" if column == "question_id" else "claims_evidence"
    often = (
        f"SELECT slug FROM {table} WHERE id IN (SELECT {column} FROM"
        f" (SELECT {column} FROM {held} ORDER BY id DESC LIMIT 10000) few"
        f" WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT %s) ORDER BY id"
    )
    with connection.cursor() as cursor:
        cursor.execute(often, [number // 2])
        first = [slug for (slug,) in cursor.fetchall()]
        cursor.execute(f"SELECT max(id) FROM {table}")
        (last,) = cursor.fetchone()
        ids = [chance.randint(1, last) for _ in range(2 * number)]
        cursor.execute(f"SELECT slug FROM {table} WHERE id = ANY(%s) ORDER BY id", [ids])
        return [*first, *(slug for (slug,) in cursor.fetchall())][:number]


def _names(number: int, chance: Random) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM articles_source")
        (last,) = cursor.fetchone()
        ids = [chance.randint(1, last) for _ in range(number)]
        cursor.execute("SELECT name FROM articles_source WHERE id = ANY(%s) ORDER BY id", [ids])
        yield from (name for (name,) in cursor.fetchall())


def _long(text: str) -> list[str]:
    words = [word for word in text.split() if len(word) > 4 and word.isalpha()]
    return [word for word in words if word not in LITTLE] or text.split()


def _rare(texts: Sequence[str]) -> Iterator[str]:
    """Of each text the word that fewest claims hold."""
    ask = (
        "SELECT word FROM unnest(%s::text[]) AS word ORDER BY (SELECT min((SELECT count(*) FROM"
        " (SELECT FROM claims_term t WHERE t.term = w.term LIMIT 2000) h))"
        " FROM claims_terms(word) w WHERE w.term !~ '^\\^') LIMIT 1"
    )
    with connection.cursor() as cursor:
        for text in texts:
            cursor.execute(ask, [_long(text)])
            yield cursor.fetchone()[0]


def _swapped(word: str, chance: Random) -> str:
    """The word with two of its letters in each other's place."""
    at = chance.randint(2, max(2, len(word) - 3))
    return word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :] if at < len(word) else word


def timed(client: Client, address: str) -> float:
    """Milliseconds of a page."""
    begun = time.perf_counter()
    answer = client.get(address)
    took = (time.perf_counter() - begun) * 1000
    assert answer.status_code == 200, (address, answer.status_code)
    return took


def main() -> None:
    """Fill the database if there is nothing in it, then answer what is asked line by line."""
    claims, seed, asked = map(int, sys.argv[1:4])
    settings.ALLOWED_HOSTS = ["*"]
    settings.KEPT_BYTES = 0  # every page afresh
    with redirect_stdout(sys.stderr):
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("migrate", verbosity=0)
        if not Claim.objects.exists():
            fill(claims, seed=seed)
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0].split()[0]
        print(
            f"{claims:,} claims; {os.cpu_count()} cores, {platform.machine()}, Python"
            f" {platform.python_version()}, PostgreSQL {version}, load {os.getloadavg()[0]:.1f}"
        )
    client, pages = Client(), addresses(asked, seed)
    for kind in pages.values():
        for address in kind[-WARM:]:
            timed(client, address)
    print(json.dumps(list(pages)), flush=True)
    for line in sys.stdin:
        name, place = json.loads(line)
        print(timed(client, pages[name][place % len(pages[name])]), flush=True)


if __name__ == "__main__":
    main()
