"""What a printed paper says: its text by pdftotext."""

import subprocess


def text_of(pdf: bytes) -> str:
    """All of it, as it stands on the page; a form feed ends each page."""
    assert pdf.startswith(b"%PDF-")
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def pages_of(pdf: bytes) -> list[str]:
    return text_of(pdf).split("\f")[:-1]
