package org.consilium.site.images;

/** Imports of a node that has none. */
public final class NoImports extends Imports {

    @Override
    public void open() {
        // there is nothing to look at
    }
}
