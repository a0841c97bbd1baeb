"""The catalog: what the shop sells and for how much. Python's standard library is all it needs."""

import json
from pathlib import Path

from server import serve

CATALOG = json.loads(Path(__file__).with_name("prices.json").read_text(encoding="utf-8"))
BY_ITEM = {price["item"]: price for price in CATALOG["prices"]}


def answer(path: str) -> tuple[int, dict]:
    if path == "/prices":
        return 200, CATALOG
    if path.startswith("/prices/"):
        item = path.removeprefix("/prices/")
        if item in BY_ITEM:
            return 200, BY_ITEM[item]
        return 404, {"error": f"The catalog has no item {item!r}."}
    return 404, {"error": f"There is nothing at {path}."}


if __name__ == "__main__":
    serve(answer)
