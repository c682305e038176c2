"""The pictures of a document as files: a name and bytes for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from diagterritoire.outputs.documents.tree import Block, Box, Document, ItemList, Picture

__all__ = ["named_pictures"]


def named_pictures(document: Document) -> tuple[dict[int, str], dict[str, bytes]]:
    """Name the pictures of a document, in order.

    Returns
    -------
    dict of int to str
        Name of the file of each picture, by the identity of its block.
    dict of str to bytes
        Content of each file.
    """
    pictures = list(_pictures((*document.cover, *document.body)))
    names = {id(p): f"image-{rank}.{p.extension}" for rank, p in enumerate(pictures, start=1)}
    return names, {names[id(p)]: p.data for p in pictures}


def _pictures(blocks: Sequence[Block]) -> Iterator[Picture]:
    for block in blocks:
        if isinstance(block, Picture):
            yield block
        elif isinstance(block, Box):
            yield from _pictures(block.blocks)
        elif isinstance(block, ItemList):
            for item in block.items:
                yield from _pictures(item)
