"""How much of a file is read: every bound of the readers, in one place."""

MAX_CELL = 200_000
"""Code points of one cell: twice a very long article."""

MAX_RECORD = 1_000_000
"""Code points of one record, and of one line."""

MAX_COLUMNS = 1_000
"""Headings of one sheet."""

MAX_HEADING = 200
"""Code points of one heading; more are cut off."""

MAX_REREAD = 20_000_000
"""Code points that are read again behind broken quotation marks. Whoever needs more has a file
made to keep us busy, and gets ``FEW_LINES``."""

FEW_LINES = 5
"""Lines that a record may stretch over once ``MAX_REREAD`` is spent."""

SAMPLE_LINES = 200
"""Lines by which delimiter and headings are found."""

SAMPLE_CHARACTERS = 2_000_000
"""Code points of these lines, at most."""

MAX_STRAY = 10_000
"""Bytes that are no UTF-8, after which nobody counts on."""

MAX_DEPTH = 100
"""How deep JSON may be nested."""

MAX_ELEMENT = 4_000_000
"""Code points of one element of a JSON array, or of one value of a feed."""

MAX_HTML = 32 * 1024 * 1024
"""Bytes of a web page: it is read as a whole."""

MAX_WORKBOOK = 64 * 1024 * 1024
"""Bytes of a workbook, as it is uploaded."""

MAX_UNPACKED = 256 * 1024 * 1024
"""Bytes of all parts of a workbook, unpacked."""

MAX_RATIO = 200
"""How many times as large a part of a workbook, or a file in an archive, may be unpacked. Real
ones reach 50."""

MAX_PARTS = 2_000
"""Parts of a workbook, or of an archive."""

MAX_SHEETS = 100
"""Sheets of a workbook, or of all files in an archive."""

MAX_ARCHIVE = 2 * 1024 * 1024 * 1024
"""Bytes of all files in an archive, unpacked: as much as an import takes."""

MAX_MEMBERS = 100
"""Files in an archive. What we pass over is counted by ``MAX_PARTS`` only."""

MAX_DIRECTORY = 1024 * 1024
"""Bytes of the directory of an archive, which is read before anything of it is looked at."""

CHILD_MEMORY = 512 * 1024 * 1024
"""Bytes of address space of the process that reads a workbook. macOS doesn't heed it."""

CHILD_SECONDS = 20
"""Seconds of processor time of that process."""

CHILD_SILENCE = 30.0
"""Seconds that we wait for its next word."""
