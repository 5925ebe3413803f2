# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put what is read into a page, in the place of its former figures, and print it: figures PAGE [NAME] <TABLES.

The place begins with the comment NAME, by default "figures", and ends with "end of NAME".
"""

import sys
from pathlib import Path

NAME = sys.argv[2] if len(sys.argv) > 2 else "figures"
BEGIN, END = f"<!-- {NAME} -->\n", f"<!-- end of {NAME} -->\n"

page, tables = Path(sys.argv[1]), sys.stdin.read()
before, rest = page.read_text().split(BEGIN)
page.write_text(f"{before}{BEGIN}\n{tables.strip()}\n\n{END}{rest.split(END)[1]}")
print(tables)
