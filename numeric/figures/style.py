"""What the figures have in common: the width of a page, colours that the colour-blind can tell apart, and type."""

from functools import wraps
from io import BytesIO

from matplotlib import style
from matplotlib.figure import Figure

CM = 1 / 2.54  # in inches, in which matplotlib measures a page
PAGE_WIDTH = 16 * CM
SCREEN = 120  # pixels that a screen has for an inch of a page

# Okabe & Ito's colours. In grey some of them are alike: no two lines of an axis differ by colour alone.
BLACK, BLUE, VERMILLION, GREEN = "#000000", "#0072B2", "#D55E00", "#009E73"
ORANGE, SKY, PURPLE, YELLOW = "#E69F00", "#56B4E9", "#CC79A7", "#F0E442"
GREY = "#595959"  # of what is said about the data, such as a threshold
PALE = "#E6E6E6"  # of areas behind the data

STYLES = (
    {"color": BLACK, "marker": "o", "linestyle": "-"},
    {"color": BLUE, "marker": "s", "linestyle": "--"},
    {"color": VERMILLION, "marker": "^", "linestyle": "-."},
    {"color": GREEN, "marker": "D", "linestyle": ":"},
)
"""Of lines that are told apart by a legend, in colour and in grey."""

RC = {
    "font.size": 7.5,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "legend.title_fontsize": 7,
    "legend.handlelength": 3,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 1.4,
    "lines.markersize": 3.5,
    "legend.frameon": False,
    "pdf.fonttype": 42,  # outlines that journals accept; 3 is what they refuse
    "svg.hashsalt": "spectral-ssl",  # the names of parts are the same in every run
}


def applied():
    """A context with this style, whatever the reader's own settings are."""
    return style.context(RC, after_reset=True)


def applied_to(draw):
    """A function that draws a Figure, in this style; its parts are arranged once, and stand the same in every format."""

    @wraps(draw)
    def styled(*args, **kwargs):
        with applied():
            figure = draw(*args, **kwargs)
            figure.draw_without_rendering()
            figure.set_layout_engine("none")
        return figure

    return styled


class Page(Figure):
    """A Figure that a notebook shows, though pyplot does not know it."""

    def _repr_png_(self):
        """(PNG, how large it is shown, in pixels), with two dots a pixel: many screens have them."""
        drawn = BytesIO()
        with applied():
            self.savefig(drawn, format="png", dpi=2 * SCREEN)
        width, height = self.get_size_inches() * SCREEN
        return drawn.getvalue(), {"width": round(width), "height": round(height)}


def page(height):
    """An empty Page, `height` in cm."""
    return Page(figsize=(PAGE_WIDTH, height * CM), layout="constrained")


def title(ax, letter, text):
    """Name a panel."""
    ax.set_title(rf"$\mathbf{{{letter}}}$    {text}", loc="left")
