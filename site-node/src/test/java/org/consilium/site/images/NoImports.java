package org.consilium.site.images;

/** Imports of a node that has none. */
public final class NoImports extends Imports {

    /** Whether it says that images are being imported. */
    public volatile boolean importing;

    @Override
    public boolean isImporting() {
        return importing;
    }

    @Override
    public void open() {
        // there is nothing to look at
    }
}
