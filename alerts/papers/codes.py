"""QR codes for papers and pages, as SVG text."""

import io

import segno


def qr(address: str) -> str:
    """The code; a quarter of it may be dirty and it is still read."""
    out = io.BytesIO()
    segno.make(address, error="q", micro=False).save(out, kind="svg", xmldecl=False, border=0)
    return out.getvalue().decode()
