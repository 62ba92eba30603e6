"""The plural forms of numbers in languages, by Babel's copy of the CLDR: [[languages], [numbers]] on standard input."""

import json
import sys
from decimal import Decimal

from babel import Locale

languages, numbers = json.load(sys.stdin)
print(json.dumps([[Locale.parse(language, sep="-").plural_form(Decimal(n)) for n in numbers] for language in languages]))
