"""Read the first sheet of the workbook on the standard input; ``tables`` runs this file as a process of its own.

Some few bytes can claim a cell so far out that the reader asks for all the memory there is, which ends its process. So
that process is not the web server's, and is told how much it may take.
"""

import io
import json
import resource
import sys
from itertools import islice

from python_calamine import CalamineWorkbook

MEMORY_BYTES = 1 << 30
PROCESSOR_SECONDS = 20
COLUMNS_AT_MOST = 200
OUTPUT_CHARACTERS = 20_000_000

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sheet = CalamineWorkbook.from_object(io.BytesIO(sys.stdin.buffer.read())).get_sheet_by_index(0)
    rows = sheet.to_python(skip_empty_area=False, nrows=int(sys.argv[1]))
    # A whole number comes as 7.0, and was typed as 7.
    text = json.dumps(
        [
            [
                str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
                for cell in islice(row, COLUMNS_AT_MOST)
            ]
            for row in rows
        ]
    )
    if len(text) > OUTPUT_CHARACTERS:
        sys.exit("too long")
    sys.stdout.write(text)
