#!/usr/bin/env python3
"""README.md's picture of the tour is what the tour prints: test_readme.py --write renews it."""

import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
PICTURE = re.compile(r"(<!-- tour: (\w+) -->\n```text\n)(.*?)(```\n)", re.S)


def picture(program):
    """The tour's words for this demo, as a terminal without colour shows them."""
    build = os.environ.get("PROCLAB_BUILD", str(ROOT / "build/release"))
    ran = subprocess.run([sys.executable, "-B", ROOT / "scripts/tour.py", "--build", build, program],
                         capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return "$ ./scripts/tour " + program + "\n" + ran.stdout


def comparable(text):
    return re.sub(r"\d+ ms", "N ms", re.sub(r"\b\d{3,}\b", "N", text))


class Readme(unittest.TestCase):
    def test_the_picture_is_the_tours_own(self):
        shown = PICTURE.search(README.read_text(encoding="utf-8"))
        self.assertIsNotNone(shown, "README.md has no <!-- tour: ch03_twice --> picture")
        if not list(ROOT.glob(f"chapters/{shown[2][:4]}_*")):
            self.skipTest(f"{shown[2]}'s chapter does not stand yet")
        self.assertEqual(comparable(shown[3]), comparable(picture(shown[2])),
                         "README.md shows another tour: python3 tests/house/test_readme.py --write")

    def test_every_path_it_links_exists(self):
        for path in re.findall(r"\]\((?!https?:|#)([^)#]+)", README.read_text(encoding="utf-8")):
            if path.startswith(("chapters/", "notes/")) and not (ROOT / path).exists():
                self.skipTest(f"{path} does not stand yet")
            self.assertTrue((ROOT / path).exists(), path)


if __name__ == "__main__":
    if "--write" in sys.argv:
        text = README.read_text(encoding="utf-8")
        README.write_text(PICTURE.sub(lambda m: m[1] + picture(m[2]) + m[4], text), encoding="utf-8")
    else:
        unittest.main()
