"""Vendored files are whole and as released."""

import hashlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VENDORS = [ROOT / "ldnapp" / "static" / "vendor", ROOT / "tests" / "browser" / "vendor"]


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda folder: folder.parent.name)
def test_every_vendored_file_has_its_checksum(vendor: Path) -> None:
    """T35: a changed byte, and a file that nobody listed, make this red."""
    lines = (line.split() for line in (vendor / "SHA256SUMS").read_text().splitlines())
    listed = {path: checksum for checksum, path in lines}
    found = {
        str(path.relative_to(vendor)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in vendor.rglob("*")
        if path.is_file() and path.parent != vendor
    }
    assert found == listed
