"""Write docs/explorer.png, the README's picture: the gate explorer of notebook 11 in a real JupyterLab, forget bias 2.

    .venv/bin/python docs/make_explorer.py        (after make .venv/test, with Chromium)
"""
import io
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tests" / "browser"))
import lab  # noqa: E402

PICTURE, BOOK = ROOT / "docs" / "explorer.png", "notebooks/11_move_the_gates.ipynb"
VIEWPORT = {"width": 1440, "height": 900}  # wide enough for controls and picture side by side


def photograph(browser, address, token):
    """A PNG of the explorer, at twice the page's resolution."""
    page = browser.new_context(viewport=VIEWPORT, device_scale_factor=2).new_page()
    page.goto(f"{address}/lab/tree/{BOOK}?token={token}", timeout=1000 * lab.OPEN)
    page.wait_for_function(lab.IDLE, timeout=1000 * lab.OPEN)
    page.evaluate(lab.RUN_ALL, 1000 * lab.RUN)
    explorer = lab.Explorer(page, page.locator(lab.AREA).first, lab.OPEN)
    explorer.change("forget bias", lambda: explorer.type_number("forget bias", 2))
    page.evaluate("document.activeElement.blur()")
    return explorer.area.screenshot()


def main():
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as home, sync_playwright() as driver:
        for name in ("notebooks", "data"):
            shutil.copytree(ROOT / name, Path(folder) / name)
        with lab.serve(folder, Path(home)) as server:
            browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=lab.FLAGS)
            image = Image.open(io.BytesIO(photograph(browser, *server))).convert("RGB")
            browser.close()
    image.quantize(256).save(PICTURE, optimize=True)
    print(PICTURE.relative_to(ROOT), PICTURE.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
