"""A slider of an open notebook, moved by its keys, and the times until its new picture has been painted.

The JupyterLab in which it is open is `lab`, the module with which the tests drive theirs (tests/browser/lab.py).
"""
import sys

import numpy as np

from benchmarks.shared.places import ROOT

sys.path.insert(0, str(ROOT / "tests" / "browser"))
import lab  # noqa: F401  for sliders/ and readers/

WATCH = """area => {
  const look = () => [...area.querySelectorAll('svg.course-svg, img')].map(node => node.outerHTML).join('');
  let shown = look(), moved = 0;
  window.seen = {moves: [], draws: []};   // times of movements; for each picture its movement, frame, paint
  const note = event => { moved = event.timeStamp; window.seen.moves.push(moved); };
  for (const kind of ['keydown', 'pointermove']) area.addEventListener(kind, note, true);
  new MutationObserver(async () => {
    const now = look(), since = moved;
    if (!now || now === shown) return;
    shown = now;
    await Promise.all([...area.querySelectorAll('img')].map(image => image.decode().catch(() => null)));
    requestAnimationFrame(() => {
      const frame = performance.now();
      const after = new MessageChannel();   // its message is handled once the frame has been painted
      after.port1.onmessage = () => window.seen.draws.push([since, frame, performance.now()]);
      after.port2.postMessage(null);
    });
  }).observe(area, {childList: true, subtree: true, attributes: true, characterData: true});
}"""


def press(page, handle, pauses):
    """Times to the next frame and until it is painted, ms, (2, n): a key press before each pause (ms)."""
    page.evaluate("seen.moves.length = seen.draws.length = 0")
    handle.focus()
    for k, pause in enumerate(pauses):
        page.keyboard.press("ArrowRight" if k % 40 < 20 else "ArrowLeft")
        page.wait_for_timeout(pause)
    seen = page.evaluate("seen")
    last = {moved: (frame - moved, painted - moved) for moved, frame, painted in seen["draws"]}  # of several redraws
    return np.array(list(last.values())).T
