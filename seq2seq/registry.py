"""Components that a recipe chooses by name: of this package, of installed packages, and of the running program.

A recipe holds a name, never a Python path: a recipe or a model folder from a stranger can only name what is installed.
A package offers components by entry points, in its own ``pyproject.toml``::

    [project.entry-points."seq2seq.cells"]
    min_gru = "my_package.cells:MinGRU"

A program registers its own with :meth:`Registry.register`. Names are known without importing any component: this module
and the recipe's schema need no torch.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, TypeVar

from seq2seq.errors import PluginError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

T = TypeVar("T")

_OURS: Final = "seq2seq"


class Registry:
    """The components of one kind, by name.

    Args:
        kind: a name of such a component, for messages.
        group: the entry points by which installed packages offer them.
        own: this package's, as ``module:attribute``.
        reserved: names that this package handles without a registered component.
        unavailable: names that cannot be chosen or added.
    """

    def __init__(
        self,
        kind: str,
        group: str,
        own: Mapping[str, str] | None = None,
        *,
        reserved: Sequence[str] = (),
        unavailable: Sequence[str] = (),
    ) -> None:
        self.kind = kind
        self.group = group
        self._own = dict(own or {})
        self._reserved = tuple(reserved)
        self._unavailable = tuple(unavailable)
        self._registered: dict[str, object] = {}

    @cached_property
    def _installed(self) -> "dict[str, EntryPoint]":
        """Components of installed packages, found when a name is asked for that is not this package's."""
        from importlib.metadata import entry_points  # 17 ms, which `--help` does not need

        found: dict[str, EntryPoint] = {}
        taken = dict.fromkeys((*self._unavailable, *self._reserved, *self._own), _OURS)
        for entry in sorted(entry_points(group=self.group), key=lambda entry: entry.name):
            package = entry.dist.name if entry.dist is not None else "?"
            if entry.name in taken:
                raise PluginError(
                    f"two installed packages have a {self.kind} '{entry.name}': {taken[entry.name]} and {package}.\n"
                    "  Uninstall one of them.",
                    code="plugin.duplicate-name",
                )
            taken[entry.name] = package
            found[entry.name] = entry
        return found

    def names(self) -> tuple[str, ...]:
        """Every name: this package's in their usual order, then the others."""
        return (*self._reserved, *self._own, *self.added())

    def loadable(self) -> tuple[str, ...]:
        """The names that have a component: all but the reserved ones."""
        return (*self._own, *self.added())

    def added(self) -> tuple[str, ...]:
        """The names that installed packages and the running program add."""
        return tuple(dict.fromkeys((*self._installed, *self._registered)))

    def __contains__(self, name: object) -> bool:
        return name in self._reserved or name in self._own or name in self._registered or (name in self._installed)

    def package(self, name: str) -> tuple[str, str] | None:
        """Name and version of the installed package that adds a component; None if no package needs to be installed."""
        if name in self._reserved or name in self._own or name in self._registered:
            return None
        entry = self._installed.get(name)
        return None if entry is None or entry.dist is None else (entry.dist.name, entry.dist.version)

    def register(self, name: str) -> Callable[[T], T]:
        """Add a component of the running program, as a decorator: ``@CELLS.register("my_cell")``.

        Raises:
            PluginError: the name is taken.
        """

        def add(component: T) -> T:
            if (name in self or name in self._unavailable) and self._registered.get(name) is not component:
                raise PluginError(
                    f"there is a {self.kind} '{name}' already. Register this one under another name.",
                    code="plugin.duplicate-name",
                )
            self._registered[name] = component
            return component

        return add

    def load(self, name: str, kind: type[T]) -> T:
        """The component of a name, an instance of ``kind``.

        Raises:
            PluginError: there is none, it cannot be imported, or it is something else.
        """
        found = self._load(name)
        if not isinstance(found, kind):
            raise self._wrong(name, f"an instance of {kind.__module__}.{kind.__qualname__}")
        return found

    def load_class(self, name: str, base: type[T]) -> type[T]:
        """The component of a name, a subclass of ``base``.

        Raises:
            PluginError: there is none, it cannot be imported, or it is something else.
        """
        found = self._load(name)
        if not (isinstance(found, type) and issubclass(found, base)):
            raise self._wrong(name, f"a subclass of {base.__module__}.{base.__qualname__}")
        return found

    def _load(self, name: str) -> Any:
        if name in self._registered:
            return self._registered[name]
        load: Callable[[], Any]
        if (own := self._own.get(name)) is not None:
            load = partial(_imported, own)
        elif (entry := self._installed.get(name)) is not None:
            load = entry.load
        else:
            raise PluginError(
                f"there is no {self.kind} '{name}'; there is {', '.join(self.names())}.", code="plugin.unknown-name"
            )
        try:
            return load()
        except Exception as error:  # whatever another package's module raises when it is imported
            raise PluginError(
                f"{self._described(name)} cannot be loaded ({type(error).__name__}: {error}).\n"
                "  Update or reinstall the package.",
                code="plugin.not-loadable",
            ) from error

    def _wrong(self, name: str, wanted: str) -> PluginError:
        return PluginError(f"{self._described(name)} is not {wanted}.", code="plugin.wrong-type")

    def _described(self, name: str) -> str:
        package = self.package(name)
        return f"the {self.kind} '{name}'" + (f" of the package {' '.join(package)}" if package else "")


def _imported(place: str) -> Any:
    """What ``module:attribute`` names; entry points of ours would need the metadata of packages to be imported."""
    module, _, attribute = place.partition(":")
    return getattr(import_module(module), attribute)


CELLS: Final = Registry(
    "cell",
    "seq2seq.cells",
    {
        "rnn_tanh": "seq2seq.models.cells.rnn_tanh:TanhRNN",
        "rnn_relu": "seq2seq.models.cells.rnn_relu:ReluRNN",
        "gru": "seq2seq.models.cells.gru:GRU",
        "lstm": "seq2seq.models.cells.lstm:LSTM",
        "ssru": "seq2seq.models.cells.ssru:SSRU",
        "minlstm": "seq2seq.models.cells.minlstm:MinLSTM",
    },
)
"""Recurrent cells: subclasses of :class:`seq2seq.models.cells.base.Cell`."""

ATTENTION: Final = Registry(
    "attention score",
    "seq2seq.attention",
    {
        "dot": "seq2seq.models.attention:DotAttention",
        "general": "seq2seq.models.attention:GeneralAttention",
        "additive": "seq2seq.models.attention:AdditiveAttention",
    },
)
"""Attention scores: subclasses of :class:`seq2seq.models.attention.Attention`."""

POOLING: Final = Registry(
    "pooling",
    "seq2seq.pooling",
    {
        "last": "seq2seq.models.pooling:LastPooling",
        "mean": "seq2seq.models.pooling:MeanPooling",
        "max": "seq2seq.models.pooling:MaxPooling",
        "attention": "seq2seq.models.pooling:AttentionPooling",
    },
)
"""Ways to make one vector of a text: subclasses of :class:`seq2seq.models.pooling.Pooling`."""

METRICS: Final = Registry(
    "metric",
    "seq2seq.metrics",
    reserved=("chrf", "loss", "bleu", "exact_match", "accuracy", "macro_f1", "mase", "wql"),
    unavailable=("ter", "sentences"),
)
"""Scores of translations: instances of :class:`seq2seq.evaluation.added_metrics.Metric`."""

DOCUMENTS: Final = Registry(
    "document format",
    "seq2seq.documents",
    {
        "text": "seq2seq.formats.documents.plain:read_plain",
        "wrapped": "seq2seq.formats.documents.wrapped:read_wrapped",
        "markdown": "seq2seq.formats.documents.markdown.reader:read_markdown",
        "html": "seq2seq.formats.documents.html.reader:read_html",
        "srt": "seq2seq.formats.documents.subtitles:read_srt",
        "vtt": "seq2seq.formats.documents.subtitles:read_vtt",
        "po": "seq2seq.formats.documents.po:read_po",
        "xliff": "seq2seq.formats.documents.xliff.reader:read_xliff",
        "docx": "seq2seq.formats.documents.office.docx:read_docx",
        "odt": "seq2seq.formats.documents.office.odt:read_odt",
        "pptx": "seq2seq.formats.documents.office.pptx:read_pptx",
        "xlsx": "seq2seq.formats.documents.office.xlsx:read_xlsx",
        "csv": "seq2seq.formats.documents.table:read_csv",
        "tsv": "seq2seq.formats.documents.table:read_tsv",
        "json": "seq2seq.formats.documents.json_strings:read_json",
        "jsonl": "seq2seq.formats.documents.json_strings:read_jsonl",
        "properties": "seq2seq.formats.documents.properties:read_properties",
        "strings": "seq2seq.formats.documents.apple_strings:read_strings",
        "android": "seq2seq.formats.documents.android:read_android",
    },
    reserved=("lines",),
)
"""Readers of documents: see :mod:`seq2seq.documents.open`. An added one has the ending of its files as its name."""

FORMATS: Final = Registry(
    "file format",
    "seq2seq.formats",
    {
        "tmx": "seq2seq.formats.bilingual.tmx:TMX",
        **dict.fromkeys(("xlf", "xliff", "sdlxliff", "mqxliff", "mxliff"), "seq2seq.formats.bilingual.xliff:XLIFF"),
        "po": "seq2seq.formats.bilingual.po:PO",
        "xlsx": "seq2seq.formats.bilingual.xlsx:XLSX",
    },
    reserved=("tsv", "tab", "csv", "jsonl", "ndjson", "json", "parquet", "txt", "abc"),
    unavailable=("gz", "bz2", "xz", "zst"),
)
"""Readers of data files, by their ending without the dot: see :mod:`seq2seq.formats.bilingual.reader`."""
