"""Whether a page fits the screen and is legible, judged by the browser's own layout and colours."""

from playwright.sync_api import Page

_OVERFLOWING = """() => [...document.querySelectorAll('*')]
  .filter((each) => each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1)
  .filter((each) => each === document.documentElement || /auto|scroll/.test(getComputedStyle(each).overflowX))
  .filter((each) => !each.matches('.table, .examples'))
  .map((each) => `${each.tagName} ${each.className}`)"""

# The formula is that of WCAG 2.2, success criterion 1.4.3. Drawing a colour converts it from any notation.
_LOW_CONTRAST = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
  const over = (colour, below) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue].map((value, i) => (value * alpha + below[i] * (255 - alpha)) / 255);
  };
  const behind = (element) =>
    element ? over(getComputedStyle(element).backgroundColor, behind(element.parentElement)) : [255, 255, 255];
  const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const luminance = (rgb) => {
    const [red, green, blue] = rgb.map((value) => linear(value / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (element) => {
    const back = behind(element);
    const front = over(getComputedStyle(element).color, back);
    const [dark, light] = [luminance(front), luminance(back)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const [words, element] = [texts.currentNode.data.trim(), texts.currentNode.parentElement];
    if (!words || element.closest('svg') || !element.checkVisibility()) continue;
    if (contrast(element) < 4.5) found.push(`${contrast(element).toFixed(2)}: ${words.slice(0, 40)}`);
  }
  return found;
}"""


def overflowing(page: Page) -> list[str]:
    """The elements that scroll horizontally; only tables and the row of examples may."""
    found: list[str] = page.evaluate(_OVERFLOWING)
    return found


def low_contrast(page: Page) -> list[str]:
    """The texts whose contrast with their background is below 4.5 to 1."""
    found: list[str] = page.evaluate(_LOW_CONTRAST)
    return found
