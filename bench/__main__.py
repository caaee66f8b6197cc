"""`python -m bench`: our pages by a bare Django's, in ratios. `python -m bench weight`: the first load on a phone.

Takes two minutes or so; Ctrl-C stops it at any time. DATABASE_URL may name a PostgreSQL server.
"""

import argparse
import os
from tempfile import TemporaryDirectory

import django

FOLDER = TemporaryDirectory(prefix="ldn-bench-")  # gone when the process ends, however it ends
os.environ |= {"DJANGO_SETTINGS_MODULE": "bench.settings", "DATA_DIR": FOLDER.name}
django.setup()

from bench import ratios, weight  # noqa: E402  (models can be imported only now)


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["ratios", "weight"], default="ratios")
    parser.add_argument("--seconds", type=float, default=8, help="for each page (default 8)")
    parser.add_argument("--rounds", type=int, help="for each page, instead of seconds")
    parser.add_argument("--only", default="", help="measure only pages whose name holds this text")
    return parser.parse_args()


def main() -> None:
    """Do it."""
    asked = arguments()
    if asked.what == "weight":
        weight.run()
    else:
        ratios.run(asked.only, asked.seconds, asked.rounds)


if __name__ == "__main__":
    main()
